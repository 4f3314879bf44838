-- One row per record with the group of records that are one customer; a record that nothing joins is a group of its own.
--
-- grain:    node_key
-- reads:    identity_group, identity_node, identity_parted
-- dated by: seen_at
select
    identity_node.node_key,
    coalesce(identity_parted.group_key, identity_group.group_key, identity_node.node_key) as group_key,
    identity_node.kind,
    identity_node.is_record,
    coalesce(identity_node.seen_at, timestamp '9999-12-31') as seen_at,
    identity_node.external_key,
    identity_node.email_key,
    identity_node.phone_key
from identity_node
left join identity_group on identity_group.node_key = identity_node.node_key
left join identity_parted on identity_parted.node_key = identity_node.node_key
