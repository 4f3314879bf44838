-- One row per entity, source, month and currency of what is gone on the request of those it told of: how many rows, and their value.
create table removed_on_request (
    entity varchar not null,
    source varchar not null,
    month varchar not null,
    currency varchar not null,
    rows bigint not null,
    value double not null
);
