-- One row per cohort, group and number of intervals since: how many came then with the start event, and how many of them returned.
-- Where people are in several cohorts, also one without a cohort for all known ones, with the sums that an interval is made of.
--
-- grain: cohort, split_1, since
-- reads: cohort_members, cohort_signs
-- takes: unit, shift, is_rolling, microseconds (of a rolling interval), intervals, on_or_after, last_known (by
--        intervals since: the last cohort that is known; only for recurring cohorts)
-- note:  bit n of lived stands for the n-th interval since, bit 121 for any after the 120th
with chosen as materialized (
    select
        member,
        cohort,
        first_at,
        split_1
    from cohort_members
),

stretches as (
    select
        chosen.member,
        chosen.cohort,
        case
            when $is_rolling then (epoch_us(cohort_signs.from_at) - epoch_us(chosen.first_at)) // $microseconds
            else date_diff($unit, chosen.cohort + $shift, cohort_signs.from_day + $shift)
        end as since,
        case
            when $is_rolling then (epoch_us(cohort_signs.last_at) - epoch_us(chosen.first_at)) // $microseconds
            else date_diff($unit, chosen.cohort + $shift, cohort_signs.last_day + $shift)
        end as last_since
    from chosen
    inner join cohort_signs on chosen.member = cohort_signs.member
),

returns as (
    select
        member,
        cohort,
        bit_or(
            (1::hugeint << cast(least(last_since, 121) + 1 as integer)) - (1::hugeint << cast(least(greatest(since, 1), 121) as integer))
        ) as lived
    from stretches
    where last_since > 0
    group by member, cohort
),

lives as (
    select chosen.member, chosen.cohort, chosen.split_1, coalesce(returns.lived, 0) as lived
    from chosen
    left join returns on chosen.member = returns.member and chosen.cohort = returns.cohort
),

alike as (
    select cohort, split_1, lived, count(*) as size
    from lives
    group by all
),

cells as (
    select
        alike.*,
        steps.since,
        case
            when steps.since = 0 then true
            when $on_or_after then alike.lived >= (1::hugeint << steps.since)
            else (alike.lived >> steps.since) & 1 = 1
        end as is_there
    from alike
    cross join (select cast(unnest(range(0, $intervals + 1)) as integer) as since) as steps
),

repeated as (
    select
        lives.split_1,
        steps.since,
        lives.member,
        count(*) as n,
        count(*) filter (where case
            when steps.since = 0 then true
            when $on_or_after then lives.lived >= (1::hugeint << steps.since)
            else (lives.lived >> steps.since) & 1 = 1
        end) as active
    from lives
    inner join (
        select cast(unnest(range(0, len($last_known))) as integer) as since, unnest($last_known) as last_cohort
    ) as steps on lives.cohort <= steps.last_cohort
    group by all
)

select
    cohort,
    split_1,
    since,
    cast(sum(size) as bigint) as size,
    cast(coalesce(sum(size) filter (where is_there), 0) as bigint) as active,
    null as customers,
    null as cluster_totals,
    null as cluster_counts,
    null as cluster_products
from cells
group by cohort, split_1, since
union all
select
    null as cohort,
    split_1,
    since,
    cast(sum(n) as bigint) as size,
    cast(sum(active) as bigint) as active,
    count(*) as customers,
    sum(active * active) as cluster_totals,
    sum(n * n) as cluster_counts,
    sum(active * n) as cluster_products
from repeated
group by split_1, since
order by split_1, cohort, since
