-- One row per first or second order, and first contract, of an account.
--
-- grain:    entity, row_id, event
-- reads:    customer_of, entity_as_of, sale_event
-- dated by: happened_at
with counted as (
    select
        sale_event.entity,
        sale_event.row_id,
        sale_event.source,
        sale_event.happened_at,
        sale_event.event,
        sale_event.channel,
        sale_event.direction,
        sale_event.detail,
        sale_event.value,
        row_number() over (
            partition by customer_of.account_id, sale_event.event order by sale_event.happened_at, sale_event.row_id
        ) as place
    from sale_event
    inner join customer_of on customer_of.entity = sale_event.entity and customer_of.row_id = sale_event.row_id
    inner join entity_as_of on entity_as_of.entity = sale_event.entity and entity_as_of.as_of >= sale_event.happened_at
    where sale_event.event in ('order placed', 'contract started')
)

select
    entity,
    row_id,
    source,
    happened_at,
    case
        when event = 'contract started' then 'first contract started'
        when place = 1 then 'first order'
        else 'second order'
    end as event,
    channel,
    direction,
    detail,
    value
from counted
where place = 1 or (place = 2 and event = 'order placed')
