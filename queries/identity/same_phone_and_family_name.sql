-- One row per person's record and the first one with the same phone number and family name.
--
-- grain:    node_key
-- reads:    identity_node
-- dated by: none
-- note:     errs when two of a family share a number; numbers told with and without a country code are not compared
with carriers as (
    select
        node_key,
        phone_key,
        min(node_key) over (partition by phone_key, family_name) as other_key
    from identity_node
    where phone_key is not null and family_name is not null and kind = 'person'
)

select
    node_key,
    other_key,
    'same phone and family name' as rule,
    replace(phone_key, 'phone=', '') as evidence
from carriers
where node_key <> other_key
