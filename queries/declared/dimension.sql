-- One row per thing that figures can be split by.
create table dimension (
    dimension_id varchar not null,
    label varchar not null,
    kind varchar not null check (kind in ('row', 'customer', 'as of the row')),
    column_name varchar not null,
    sort_no integer not null,
    most_values integer not null,
    is_sensitive boolean not null
);
