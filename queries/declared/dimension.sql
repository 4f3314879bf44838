-- One row per thing that figures can be split by; its values are a column of the facts, a segmentation's segments or a property's values.
create table dimension (
    dimension_id varchar not null,
    label varchar not null,
    kind varchar not null check (kind in ('row', 'customer', 'as of the row', 'property')),
    column_name varchar not null,
    sort_no integer not null,
    most_values integer not null,
    is_sensitive boolean not null,
    segmentation varchar,
    property varchar,
    subject varchar check (subject in ('person', 'company', 'event'))
);
