-- One row per person or company whom a customer brought to us.
--
-- grain:     customer_id
-- reads:     customers, entity_as_of, fct_customer_movement, segment_at
-- dated by:  brought_at
-- judged by: customer_records
-- note:      brought when we first knew them, whether or not they then became a customer
select
    brought.customer_id,
    brought.account_id,
    brought.referred_by_customer_id as referrer_id,
    referrer.account_id as referrer_account_id,
    brought.created_at as brought_at,
    gained.happened_at as became_customer_at,
    gained.happened_at is not null as became_customer,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(brought.region, 'unknown') as region,
    brought.kind as customer_kind,
    coalesce(brought.acquired_through, 'unknown') as acquired_through,
    coalesce(brought.business_unit, 'unknown') as business_unit,
    brought.referred_by_customer_id as subject,
    'recommended by ' || coalesce(referrer.name, brought.referred_by_customer_id) as because,
    entity_as_of.as_of
from customers as brought
inner join entity_as_of
    on entity_as_of.entity = 'customer_records' and brought.created_at <= entity_as_of.as_of
inner join customers as referrer
    on brought.referred_by_customer_id = referrer.customer_id
left join fct_customer_movement as gained
    on brought.account_id = gained.account_id and gained.movement = 'gained'
left join segment_at
    on brought.account_id = segment_at.account_id
    and brought.created_at >= segment_at.from_at
    and brought.created_at < segment_at.until_at
