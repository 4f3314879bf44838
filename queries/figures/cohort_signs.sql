-- One row per sign that a customer is there: a stretch of being active, or an event of the kind asked.
--
-- grain: member, from_at, last_at
-- reads: account_active, fct_event, local_day
-- takes: sign_event ('' is being active), by_account, zone
-- note:  days begin on a whole quarter of an hour everywhere, so a table of these tells an event's local day more cheaply than the
--        zone does
with quarter_hours as (
    select
        day,
        unnest(range(epoch_us(starts_at) // 900000000, epoch_us(ends_at) // 900000000)) as quarter_hour
    from local_day
)

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
