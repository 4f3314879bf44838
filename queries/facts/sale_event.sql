-- One row per event that a sale, an order or a contract tells of, beside those that say whether it was the first.
--
-- grain:    entity, row_id, event
-- reads:    contracts, local_day, opportunities, orders, stage_changes
-- dated by: happened_at
-- note:     a contract's days are local days; they start at their own midnight
select
    'opportunities' as entity, row_id, source, created_at as happened_at, 'opportunity opened' as event, cast(null as varchar) as channel,
    'self' as direction, product as detail, cast(amount as double) as value
from opportunities
union all
select
    'opportunities' as entity, row_id, source, closed_at as happened_at, 'opportunity ' || outcome as event, cast(null as varchar) as channel,
    'self' as direction, coalesce(lost_reason, product) as detail, cast(amount as double) as value
from opportunities
where outcome in ('won', 'lost')
union all
select
    'stage_changes' as entity, row_id, source, entered_at as happened_at,
    case subject_kind when 'customer' then 'lifecycle: ' || lower(trim(stage)) else 'opportunity: ' || trim(stage) end as event,
    cast(null as varchar) as channel, 'self' as direction, pipeline as detail, cast(null as double) as value
from stage_changes
where subject_kind in ('customer', 'opportunity')
union all
select
    'orders' as entity, row_id, source, ordered_at as happened_at, 'order placed' as event, channel,
    'inbound' as direction, currency as detail, cast(amount as double) as value
from orders
where status <> 'cancelled'
union all
select
    'contracts' as entity, contracts.row_id, contracts.source, local_day.starts_at as happened_at, 'contract started' as event,
    cast(null as varchar) as channel, 'inbound' as direction, contracts.product as detail, cast(contracts.amount_per_month as double) as value
from contracts
inner join local_day on local_day.day = contracts.starts_on
union all
select
    'contracts' as entity, contracts.row_id, contracts.source, local_day.starts_at as happened_at, 'contract ended' as event,
    cast(null as varchar) as channel, 'inbound' as direction, coalesce(contracts.end_reason, contracts.product) as detail,
    cast(contracts.amount_per_month as double) as value
from contracts
inner join local_day on local_day.day = coalesce(contracts.ended_on, contracts.ends_on)
