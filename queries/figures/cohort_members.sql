-- One row per cohort and customer who came in it with the start event, and is selected: the row with which they came.
--
-- grain: member, cohort
-- reads: selected_rows
-- takes: all_rows (the view of all rows that may start, whatever of them is selected), start_event, by_account, is_recurring, unit (day,
--        week, month, quarter), shift (days from a week's first to its Monday), zone, starts_at, ends_at (of the start)
-- note:  whoever came is told once a cohort, by the first row of all history (recurring: of the interval), at a tie the one with the least
--        event_id
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
)

select
    members.member,
    members.cohort,
    members.first_at,
    selected_rows.*
from members
inner join selected_rows on members.event_id = selected_rows.event_id
