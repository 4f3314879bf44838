-- One row per case and promise that a policy makes it: the first that fits as things were when the customer began to wait.
--
-- grain:    case_row_id, promise
-- reads:    case_asked, promise_policy
-- dated by: none
-- note:     a policy that fits and has no target promises nothing: no row, and no other policy is tried
with fitting as (
    select
        case_asked.case_row_id,
        promise_policy.promise,
        min(promise_policy.sort_no) as sort_no
    from case_asked
    inner join promise_policy
        on promise_policy.subject_kind = 'case'
        and (promise_policy.kind is null or promise_policy.kind = case_asked.kind)
        and (promise_policy.channel is null or promise_policy.channel = case_asked.channel)
        and (promise_policy.priority is null or promise_policy.priority = case_asked.priority)
        and (promise_policy.category is null or promise_policy.category = case_asked.category)
        and (promise_policy.segment is null or promise_policy.segment = case_asked.segment)
        and (promise_policy.from_at is null or promise_policy.from_at <= case_asked.started_at)
        and (promise_policy.until_at is null or promise_policy.until_at > case_asked.started_at)
    group by case_asked.case_row_id, promise_policy.promise
)

select
    case_asked.case_row_id,
    fitting.promise,
    promise_policy.policy,
    promise_policy.calendar,
    promise_policy.target_seconds,
    case_asked.customer_id,
    case_asked.account_id,
    case_asked.kind,
    case_asked.channel,
    case_asked.priority,
    case_asked.category,
    case_asked.team,
    case_asked.segment
from case_asked
inner join fitting
    on case_asked.case_row_id = fitting.case_row_id
inner join promise_policy
    on fitting.promise = promise_policy.promise and fitting.sort_no = promise_policy.sort_no
where promise_policy.target_seconds is not null
