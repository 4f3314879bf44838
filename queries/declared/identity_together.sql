-- One row per record that identity.toml joins by hand with the first one of its list.
create table identity_together (
    node_key varchar not null,
    other_key varchar not null
);
