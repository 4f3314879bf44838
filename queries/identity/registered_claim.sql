-- One row per registered customer id with the one group that may go on carrying it: the one that holds its oldest record.
--
-- grain:    customer_id
-- reads:    customer_registry, group_key, identity_member
-- dated by: none
-- note:     a group made of several registered customers keeps the id of its oldest record (claim_no 1), the others redirect to it
with claims as (
    select customer_registry.customer_id, identity_member.group_key, identity_member.seen_at, identity_member.node_key
    from customer_registry
    inner join identity_member on identity_member.node_key = customer_registry.node_key
    union all
    select customer_registry.customer_id, group_key.group_key, timestamp '9999-12-31' as seen_at, 'key ' || group_key.key as node_key
    from customer_registry
    inner join group_key on group_key.key = customer_registry.node_key
),

ranked as (
    select
        customer_id,
        group_key,
        seen_at,
        node_key,
        row_number() over (partition by customer_id order by seen_at, node_key) as place
    from claims
)

select
    customer_id,
    group_key,
    row_number() over (partition by group_key order by seen_at, node_key, customer_id) as claim_no
from ranked
where place = 1
