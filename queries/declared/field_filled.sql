-- One row per field that a source may tell of an entity, and month of its rows: how many rows there are, how many tell it.
create table field_filled (
    entity varchar not null,
    source varchar not null,
    field varchar not null,
    month date,
    rows bigint not null,
    filled bigint not null
);
