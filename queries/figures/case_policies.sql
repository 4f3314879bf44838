-- One row per promise and policy of cases: whom it fits, in which statuses its time stands still, and its place among the others.
--
-- grain: promise, policy
-- reads: promise_policy, promise_pause
-- takes: nothing
-- note:  targets by priority are no condition: such a policy has a row for every other priority, too
with pauses as (
    select promise, policy, string_agg(status, ', ' order by status) as pauses_in
    from promise_pause
    group by promise, policy
)

select
    promise_policy.promise,
    promise_policy.policy,
    dense_rank() over (partition by promise_policy.promise order by min(promise_policy.sort_no)) as place,
    string_agg(distinct promise_policy.kind, ', ' order by promise_policy.kind) as kind,
    string_agg(distinct promise_policy.channel, ', ' order by promise_policy.channel) as channel,
    case
        when count(promise_policy.priority) = count(*)
            then string_agg(distinct promise_policy.priority, ', ' order by promise_policy.priority)
    end as priority,
    string_agg(distinct promise_policy.category, ', ' order by promise_policy.category) as category,
    string_agg(distinct promise_policy.segment, ', ' order by promise_policy.segment) as segment,
    min(pauses.pauses_in) as pauses_in
from promise_policy
left join pauses on promise_policy.promise = pauses.promise and promise_policy.policy = pauses.policy
where promise_policy.subject_kind = 'case'
group by promise_policy.promise, promise_policy.policy
order by promise_policy.promise, place
