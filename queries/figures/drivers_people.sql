-- One row per person compared, or of one part of those who are not: what turned them away, and with or without one thing.
--
-- grain: customer_id
-- reads: drivers_there, drivers_known, customers
-- takes: window_seconds, kind, event, name, value, times, among (of the thing, as in drivers; kind '': no thing), part, zone, most, skipped
-- note:  parts: compared, turned_away, moved_on, moved_on_sooner, left_sooner, too_late; of a thing with, without, with_turned_away,
--        without_turned_away
with there as materialized (
    select *
    from drivers_there
),

known as materialized (
    select *
    from drivers_known
),

same as (
    select
        customer_id,
        max(case when value = $value and times = $times then 1 else 0 end) = 1 as has_it
    from known
    where kind = $kind and event = $event and name = $name
    group by customer_id
),

happened as (
    select customer_id
    from known
    where kind = 'event' and event = $event and times = 1
),

chosen as (
    select
        there.*,
        strftime((there.entered_at + to_seconds($window_seconds)) at time zone 'UTC' at time zone $zone, '%-d %B %Y') as ended_on,
        strftime((there.entered_at + to_seconds(there.on_after)) at time zone 'UTC' at time zone $zone, '%-d %B %Y') as moved_on,
        coalesce(same.has_it, false) as has_it,
        there.part = 'compared' and case $among
            when 'everyone' then true
            when 'event' then happened.customer_id is not null
            else same.customer_id is not null
        end as is_among
    from there
    left join same on there.customer_id = same.customer_id
    left join happened on there.customer_id = happened.customer_id
)

select
    chosen.customer_id,
    chosen.account_id,
    customers.name,
    cast(chosen.turned_away as double) as value,
    chosen.here_at as happened_at,
    chosen.subject,
    case
        when chosen.turned_away then chosen.because || '; turned away: the time ended on ' || chosen.ended_on
        else chosen.because || '; moved on on ' || chosen.moved_on
    end as because,
    chosen.channel,
    chosen.segment,
    chosen.region
from chosen
left join customers on chosen.customer_id = customers.customer_id
where
    case $part
        when 'compared' then chosen.part = 'compared'
        when 'turned_away' then chosen.part = 'compared' and chosen.turned_away
        when 'moved_on' then chosen.part = 'compared' and not chosen.turned_away
        when 'with' then chosen.is_among and chosen.has_it
        when 'without' then chosen.is_among and not chosen.has_it
        when 'with_turned_away' then chosen.is_among and chosen.has_it and chosen.turned_away
        when 'without_turned_away' then chosen.is_among and not chosen.has_it and chosen.turned_away
        else chosen.part = $part
    end
order by chosen.here_at desc, chosen.customer_id
limit $most offset $skipped
