-- One row per kind of request, period and promise: the policy that decides, the first that fits.
--
-- grain:    subject_kind, kind, channel, category, segment, priority, told_policy, period_at, promise
-- reads:    clock_change, promise_policy
-- dated by: none
-- kept:     no
-- note:     what promises the same under the same priority has one rule_no. A policy that the source itself tells comes first, whatever its conditions but its priorities, while it is in force. One
--           that fits and has no target promises nothing: target_seconds is empty, and no other policy is tried
with profile as (
    select distinct subject_kind, kind, channel, category, segment, priority, told_policy, period_at
    from clock_change
),

fitting as (
    select
        profile.subject_kind,
        profile.kind,
        profile.channel,
        profile.category,
        profile.segment,
        profile.priority,
        profile.told_policy,
        profile.period_at,
        promise_policy.promise,
        promise_policy.policy,
        promise_policy.calendar,
        promise_policy.target_seconds,
        row_number() over (
            partition by
                profile.subject_kind, profile.kind, profile.channel, profile.category, profile.segment,
                profile.priority, profile.told_policy, profile.period_at, promise_policy.promise
            order by case when promise_policy.policy = profile.told_policy then 0 else 1 end, promise_policy.sort_no
        ) as place
    from profile
    inner join promise_policy
        on profile.subject_kind = promise_policy.subject_kind
        and (promise_policy.priority is null or promise_policy.priority = profile.priority)
        and (promise_policy.from_at is null or promise_policy.from_at <= profile.period_at)
        and (promise_policy.until_at is null or promise_policy.until_at > profile.period_at)
        and (
            promise_policy.policy = profile.told_policy
            or (
                (promise_policy.kind is null or promise_policy.kind = profile.kind)
                and (promise_policy.channel is null or promise_policy.channel = profile.channel)
                and (promise_policy.category is null or promise_policy.category = profile.category)
                and (promise_policy.segment is null or promise_policy.segment = profile.segment)
            )
        )
)

select
    subject_kind, kind, channel, category, segment, priority, told_policy, period_at, promise, policy, calendar, target_seconds,
    dense_rank() over (order by subject_kind, promise, priority, policy, calendar, target_seconds) as rule_no
from fitting
where place = 1
