-- One row per key that leads to one customer and to nobody else: its records, addresses, numbers, shared ids, former ids; and its things.
--
-- grain: kind, key
-- reads: customer_of, customer_redirect, customer_registry, group_customer, group_key, identity_member
-- takes: customer_id
with theirs as (
    select group_key
    from group_customer
    where customer_id = $customer_id
),

former as (
    select old_customer_id as customer_id
    from customer_redirect
    where customer_id = $customer_id
    union
    select customer_id
    from group_customer
    where customer_id = $customer_id
)

select 'key' as kind, identity_member.node_key as key
from identity_member
inner join theirs on theirs.group_key = identity_member.group_key
union
select 'key' as kind, group_key.key
from group_key
inner join theirs on theirs.group_key = group_key.group_key
union
select 'key' as kind, customer_registry.node_key as key
from customer_registry
inner join former on former.customer_id = customer_registry.customer_id
where customer_registry.node_key not like 'customer=%'
union
select 'id' as kind, customer_id as key
from former
union
select 'thing' as kind, entity || ' ' || row_id as key
from customer_of
where customer_id = $customer_id and entity in ('cases', 'opportunities', 'orders', 'survey_responses')
order by kind, key
