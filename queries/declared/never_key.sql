-- One row per address, phone number or shared id by which identity.toml lets nobody be known.
create table never_key (
    key varchar not null
);
