-- One row per record that identity.toml keeps apart from another, both ways round.
create table identity_apart (
    node_key varchar not null,
    other_key varchar not null
);
