-- One row per record that some rule joins with another, each still a group of its own: where the join-up begins.
--
-- grain:    node_key
-- reads:    identity_link
-- dated by: none
select node_key, node_key as group_key
from identity_link
union
select other_key as node_key, other_key as group_key
from identity_link
