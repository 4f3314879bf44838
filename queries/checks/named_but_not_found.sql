-- Records, keys and sources that identity.toml names and no customer record tells of.
--
-- severity: note
-- sentence: identity.toml names these records, keys or sources; no customer record tells of them, so they change nothing.
-- reads:    identity_unheard
select named, named_in
from identity_unheard
