-- One row per customer of some cohorts: worth 1 when there so many intervals later (or after), else 0.
--
-- grain: member, cohort
-- reads: selected_rows, account_active, customers, fct_event, local_day
-- takes: all_rows, start_event, sign_event, by_account, is_recurring, unit, shift, is_rolling, microseconds, zone, starts_at, ends_at,
--        on_or_after (see cohort_cells), cohorts (their first days), since, most, skipped
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
    where list_contains($cohorts, cast(date_trunc($unit, first_day + $shift) as date) - $shift)
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
        members.member,
        members.cohort,
        signs.last_day,
        case
            when $is_rolling then (epoch_us(signs.from_at) - epoch_us(members.first_at)) // $microseconds
            else date_diff($unit, members.cohort + $shift, signs.from_day + $shift)
        end as since,
        case
            when $is_rolling then (epoch_us(signs.last_at) - epoch_us(members.first_at)) // $microseconds
            else date_diff($unit, members.cohort + $shift, signs.last_day + $shift)
        end as last_since
    from members
    inner join signs on members.member = signs.member
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
    selected_rows.account_id,
    customers.name,
    case when $since = 0 or returns.is_there then 1.0 else 0.0 end as value,
    members.first_at as happened_at,
    selected_rows.subject,
    case
        when returns.last_day is null then selected_rows.because || ', not back since'
        when $sign_event = '' then selected_rows.because || ', last active on ' || cast(returns.last_day as varchar)
        else selected_rows.because || ', last "' || $sign_event || '" on ' || cast(returns.last_day as varchar)
    end as because,
    selected_rows.segment,
    selected_rows.region,
    selected_rows.acquired_through
from members
inner join selected_rows on members.event_id = selected_rows.event_id
left join returns on members.member = returns.member and members.cohort = returns.cohort
left join customers on members.member = customers.customer_id
order by members.first_at desc, members.member
limit $most offset $skipped
