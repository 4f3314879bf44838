-- One row per record that a person joined with another one in identity.toml.
--
-- grain:    node_key, other_key
-- reads:    identity_node, identity_together
-- dated by: none
-- note:     errs when that person did
select
    identity_together.node_key,
    identity_together.other_key,
    'joined by hand' as rule,
    'identity.toml' as evidence
from identity_together
inner join identity_node as one on one.node_key = identity_together.node_key
inner join identity_node as other on other.node_key = identity_together.other_key
