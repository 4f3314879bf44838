-- One row per customer id that is no longer used, with the customer it leads to now.
--
-- grain:    old_customer_id
-- reads:    customer_registry, group_customer, registered_claim
-- dated by: none
with merged as (
    select registered_claim.customer_id as old_customer_id, group_customer.customer_id
    from registered_claim
    inner join group_customer on group_customer.group_key = registered_claim.group_key
    where group_customer.customer_id <> registered_claim.customer_id
),

earlier as (
    select replace(node_key, 'customer=', '') as old_customer_id, customer_id
    from customer_registry
    where node_key like 'customer=%'
),

all_of_them as (
    select earlier.old_customer_id, coalesce(merged.customer_id, earlier.customer_id) as customer_id
    from earlier
    left join merged on merged.old_customer_id = earlier.customer_id
    union
    select old_customer_id, customer_id
    from merged
)

select all_of_them.old_customer_id, min(all_of_them.customer_id) as customer_id
from all_of_them
left join group_customer as living on living.customer_id = all_of_them.old_customer_id
where living.customer_id is null
group by all_of_them.old_customer_id
