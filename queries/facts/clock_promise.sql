-- One row per case or detractor, promise and stretch of time in which the same was promised under the same priority.
--
-- grain:     subject_no, promise_no, from_at
-- reads:     clock_change, clock_rule, policy_match
-- dated by:  from_at
-- judged by: cases, case_events
-- kept:      no
-- note:      rule_no says what; until_at is empty while it lasts; nothing is promised between two that do not touch
with matched as (
    select
        clock_change.subject_no,
        clock_change.from_at,
        clock_change.until_at,
        clock_change.is_only,
        policy_match.rule_no
    from clock_change
    inner join policy_match
        on clock_change.subject_kind = policy_match.subject_kind
        and clock_change.kind = policy_match.kind
        and clock_change.channel = policy_match.channel
        and clock_change.category = policy_match.category
        and clock_change.segment = policy_match.segment
        and clock_change.priority = policy_match.priority
        and clock_change.told_policy = policy_match.told_policy
        and clock_change.period_at = policy_match.period_at
    where policy_match.target_seconds is not null
),

marked as (
    select
        matched.subject_no,
        clock_rule.promise_no,
        matched.rule_no,
        matched.from_at,
        matched.until_at,
        case
            when lag(matched.until_at) over (
                    partition by matched.subject_no, clock_rule.promise_no order by matched.from_at
                ) = matched.from_at
                and lag(matched.rule_no) over (
                    partition by matched.subject_no, clock_rule.promise_no order by matched.from_at
                ) = matched.rule_no
                then 0
            else 1
        end as is_turn
    from matched
    inner join clock_rule
        on matched.rule_no = clock_rule.rule_no
    where not matched.is_only
),

numbered as (
    select
        subject_no,
        promise_no,
        rule_no,
        from_at,
        until_at,
        sum(is_turn) over (
            partition by subject_no, promise_no order by from_at rows between unbounded preceding and current row
        ) as turn_no
    from marked
)

select
    subject_no,
    promise_no,
    rule_no,
    min(from_at) as from_at,
    case when count(until_at) = count(*) then max(until_at) end as until_at,
    false as is_only
from numbered
group by subject_no, promise_no, turn_no, rule_no
union all
select
    matched.subject_no,
    clock_rule.promise_no,
    matched.rule_no,
    matched.from_at,
    matched.until_at,
    matched.is_only
from matched
inner join clock_rule
    on matched.rule_no = clock_rule.rule_no
where matched.is_only
