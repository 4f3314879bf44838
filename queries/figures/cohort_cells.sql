-- One row per cohort, group and number of intervals since: how many came then with the start event, and how many of them returned.
-- Where people are in several cohorts, also one without a cohort for all known ones, with the sums that an interval is made of.
--
-- grain: cohort, split_1, since
-- reads: selected_rows, account_active, fct_event, local_day
-- takes: all_rows (the view of all rows that may start, whatever of them is selected), start_event, sign_event (of returning; '' is being
--        active), by_account, is_recurring, unit (day, week, month, quarter), shift (days from a week's first to its Monday), is_rolling,
--        microseconds (of a rolling interval), zone, starts_at, ends_at (of the start), intervals, on_or_after, last_known (by intervals since: the last
--        cohort that is known; only for recurring cohorts)
-- note:  whoever came is told once a cohort, by the first row of all history (recurring: of the interval), at a tie the one with the least
--        event_id; bit n of lived stands for the n-th interval since, bit 121 for any after the 120th; days begin on a whole
--        quarter of an hour everywhere, so a table of these tells an event's local day more cheaply than the zone does
with starts as (
    select
        case when $by_account then account_id else customer_id end as member,
        event_id,
        happened_at
    from query_table($all_rows)
    where event = $start_event and is_identified
),

rounds as (
    select
        member,
        happened_at,
        case
            when $is_recurring
                then date_trunc($unit, cast(happened_at at time zone 'UTC' at time zone $zone as date) + $shift)
        end as round
    from starts
),

firsts as (
    select member, min(happened_at) as first_at
    from rounds
    group by member, round
),

arrivals as (
    select
        starts.member,
        firsts.first_at,
        min(starts.event_id) as event_id,
        cast(firsts.first_at at time zone 'UTC' at time zone $zone as date) as first_day
    from starts
    inner join firsts on starts.member = firsts.member and starts.happened_at = firsts.first_at
    where firsts.first_at >= $starts_at and firsts.first_at < $ends_at
    group by starts.member, firsts.first_at
),

members as (
    select member, first_at, event_id, cast(date_trunc($unit, first_day + $shift) as date) - $shift as cohort
    from arrivals
),

chosen as (
    select members.member, members.cohort, members.first_at, selected_rows.split_1
    from members
    inner join selected_rows on members.event_id = selected_rows.event_id
),

quarter_hours as (
    select
        day,
        unnest(range(epoch_us(starts_at) // 900000000, epoch_us(ends_at) // 900000000)) as quarter_hour
    from local_day
),

signs as (
    select account_id as member, from_at, last_at, from_day, last_day
    from account_active
    where $sign_event = ''
    union all
    select
        case when $by_account then fct_event.account_id else fct_event.customer_id end as member,
        fct_event.happened_at as from_at,
        fct_event.happened_at as last_at,
        coalesce(quarter_hours.day, cast(fct_event.happened_at at time zone 'UTC' at time zone $zone as date)) as from_day,
        from_day as last_day
    from fct_event
    left join quarter_hours on epoch_us(fct_event.happened_at) // 900000000 = quarter_hours.quarter_hour
    where fct_event.event = $sign_event and fct_event.customer_kind <> 'unidentified'
),

stretches as (
    select
        chosen.member,
        chosen.cohort,
        case
            when $is_rolling then (epoch_us(signs.from_at) - epoch_us(chosen.first_at)) // $microseconds
            else date_diff($unit, chosen.cohort + $shift, signs.from_day + $shift)
        end as since,
        case
            when $is_rolling then (epoch_us(signs.last_at) - epoch_us(chosen.first_at)) // $microseconds
            else date_diff($unit, chosen.cohort + $shift, signs.last_day + $shift)
        end as last_since
    from chosen
    inner join signs on chosen.member = signs.member
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
