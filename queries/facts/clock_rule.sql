-- One row per thing promised: which promise, by which policy and priority, in whose hours, how long; the clocks know it by its number.
--
-- grain:    rule_no
-- reads:    policy_match, promise_number, promise_pause
-- dated by: none
-- kept:     no
-- note:     is_pausing: in some status its time stands still, or its policy would say so
with pausing as (
    select distinct promise, policy
    from promise_pause
),

ruled as (
    select distinct rule_no, subject_kind, promise, priority, policy, calendar, target_seconds
    from policy_match
    where target_seconds is not null
)

select
    ruled.rule_no,
    ruled.subject_kind,
    promise_number.promise_no,
    ruled.promise,
    ruled.priority,
    ruled.policy,
    ruled.calendar,
    ruled.target_seconds,
    pausing.policy is not null as is_pausing
from ruled
inner join promise_number
    on ruled.subject_kind = promise_number.subject_kind and ruled.promise = promise_number.promise
left join pausing
    on ruled.promise = pausing.promise and ruled.policy = pausing.policy
