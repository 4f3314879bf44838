-- One row per property by which people are compared: identity.toml names them.
create table compared_property (
    slot_no integer not null,
    name varchar not null
);
