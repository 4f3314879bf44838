-- One row per event of the customer as a whole: becoming one, returning, being lost, recommending somebody.
--
-- grain:    entity, row_id, event
-- reads:    customers, entity_as_of, fct_customer_movement
-- dated by: happened_at
with referred as (
    select
        customers.customer_id,
        customers.account_id,
        customers.referred_by_customer_id,
        customers.created_at,
        entity_as_of.as_of
    from customers
    inner join entity_as_of on entity_as_of.entity = 'customer_records'
    where customers.referred_by_customer_id is not null and customers.created_at <= entity_as_of.as_of
)

select
    fct_customer_movement.customer_id,
    'customers' as entity,
    fct_customer_movement.movement_id as row_id,
    fct_customer_movement.happened_at,
    case fct_customer_movement.movement
        when 'gained' then 'became a customer'
        when 'fell_silent' then 'fell silent'
        else fct_customer_movement.movement
    end as event,
    case when fct_customer_movement.movement = 'ended' then fct_customer_movement.reason end as detail,
    fct_customer_movement.as_of
from fct_customer_movement
where fct_customer_movement.movement in ('gained', 'returned', 'ended', 'fell_silent')
union all
select
    referred.referred_by_customer_id as customer_id,
    'customers' as entity,
    referred.customer_id as row_id,
    referred.created_at as happened_at,
    'recommended someone' as event,
    cast(null as varchar) as detail,
    referred.as_of
from referred
union all
select
    referred.referred_by_customer_id as customer_id,
    'customers' as entity,
    referred.customer_id as row_id,
    fct_customer_movement.happened_at,
    'recommended one became a customer' as event,
    cast(null as varchar) as detail,
    fct_customer_movement.as_of
from referred
inner join fct_customer_movement
    on fct_customer_movement.account_id = referred.account_id and fct_customer_movement.movement = 'gained'
