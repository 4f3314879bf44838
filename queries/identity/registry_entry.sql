-- One row per record ever seen, and per id no longer used, with its customer id: what the next build starts from.
--
-- grain:    node_key
-- reads:    customer_redirect, customer_registry, group_customer, identity_member
-- dated by: none
select identity_member.node_key, group_customer.customer_id
from identity_member
inner join group_customer on group_customer.group_key = identity_member.group_key
union all
select customer_registry.node_key, coalesce(customer_redirect.customer_id, customer_registry.customer_id) as customer_id
from customer_registry
left join identity_member on identity_member.node_key = customer_registry.node_key
left join customer_redirect on customer_redirect.old_customer_id = customer_registry.customer_id
where identity_member.node_key is null and customer_registry.node_key not like 'customer=%'
union all
select 'customer=' || old_customer_id as node_key, customer_id
from customer_redirect
