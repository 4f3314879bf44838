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

create table unknown_values (
    source varchar,
    entity varchar,
    column_name varchar,
    value varchar,
    read_as varchar,
    rows bigint
);
