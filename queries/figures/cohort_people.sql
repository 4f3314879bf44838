-- One row per customer of some cohorts: worth 1 when there so many intervals later (or after), else 0.
--
-- grain: member, cohort
-- reads: cohort_members, cohort_signs, customers
-- takes: unit, shift, is_rolling, microseconds, on_or_after (see cohort_cells), sign_event, cohorts (their first days), since, most, skipped
with members as materialized (
    select *
    from cohort_members
    where list_contains($cohorts, cohort)
),

stretches as (
    select
        members.member,
        members.cohort,
        cohort_signs.last_day,
        case
            when $is_rolling then (epoch_us(cohort_signs.from_at) - epoch_us(members.first_at)) // $microseconds
            else date_diff($unit, members.cohort + $shift, cohort_signs.from_day + $shift)
        end as since,
        case
            when $is_rolling then (epoch_us(cohort_signs.last_at) - epoch_us(members.first_at)) // $microseconds
            else date_diff($unit, members.cohort + $shift, cohort_signs.last_day + $shift)
        end as last_since
    from members
    inner join cohort_signs on members.member = cohort_signs.member
),

returns as (
    select
        member,
        cohort,
        max(last_day) as last_day,
        bool_or(last_since >= $since and ($on_or_after or since <= $since)) as is_there
    from stretches
    where last_since > 0
    group by member, cohort
)

select
    members.member as customer_id,
    members.account_id,
    customers.name,
    case when $since = 0 or returns.is_there then 1.0 else 0.0 end as value,
    members.first_at as happened_at,
    members.subject,
    case
        when returns.last_day is null then members.because || ', not back since'
        when $sign_event = '' then members.because || ', last active on ' || cast(returns.last_day as varchar)
        else members.because || ', last "' || $sign_event || '" on ' || cast(returns.last_day as varchar)
    end as because,
    members.segment,
    members.region,
    members.acquired_through
from members
left join returns on members.member = returns.member and members.cohort = returns.cohort
left join customers on members.member = customers.customer_id
order by members.first_at desc, members.member
limit $most offset $skipped
