-- What one file's casting tells besides its rows.
create table rejected_rows (
    file_id varchar,
    file_name varchar,
    block varchar,
    source_line bigint,
    entity varchar,
    column_name varchar,
    value varchar,
    reason varchar
);

create table gone_rows (
    file_id varchar,
    entity varchar,
    row_id varchar,
    source_line bigint,
    version_at timestamp
);

create table unknown_values (
    source varchar,
    entity varchar,
    column_name varchar,
    value varchar,
    read_as varchar,
    rows bigint
);

create table unused_columns (
    file_id varchar,
    source varchar,
    entity varchar,
    column_name varchar,
    told bigint,
    distinct_values bigint
);
