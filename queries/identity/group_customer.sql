-- One row per group of records with its customer id: the registered one, else one made from its oldest record's key.
--
-- grain:    group_key
-- reads:    identity_member, registered_claim
-- dated by: none
with oldest as (
    select
        group_key,
        node_key,
        row_number() over (partition by group_key order by seen_at, node_key) as age_no
    from identity_member
),

made as (
    select
        group_key,
        'C-' || substr(md5(node_key), 1, 12) as customer_id,
        'C-' || substr(md5(node_key || ' again'), 1, 12) as other_id
    from oldest
    where age_no = 1
)

select
    made.group_key,
    -- records that were one customer and are two again: the id that is taken stays with the group that has it
    coalesce(kept.customer_id, case when taken.customer_id is null then made.customer_id else made.other_id end) as customer_id
from made
left join registered_claim as kept on kept.group_key = made.group_key and kept.claim_no = 1
left join registered_claim as taken on taken.customer_id = made.customer_id
