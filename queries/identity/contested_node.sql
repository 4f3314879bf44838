-- One row per record of a group that holds two records kept apart, each a group of its own: where parting begins.
--
-- grain:    node_key
-- reads:    identity_apart, identity_group
-- dated by: none
with contested as (
    select distinct one.group_key
    from identity_apart
    inner join identity_group as one on one.node_key = identity_apart.node_key
    inner join identity_group as other on other.node_key = identity_apart.other_key
    where one.group_key = other.group_key
)

select identity_group.node_key, identity_group.node_key as group_key
from identity_group
inner join contested on contested.group_key = identity_group.group_key
