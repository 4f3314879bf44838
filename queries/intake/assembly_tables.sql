-- The tables that tell where the rows of a snapshot come from, and what is needed while they are put together.
create table files (
    file_id varchar not null,
    file_name varchar not null,
    source_format varchar not null,
    source varchar not null,
    sha256 varchar not null,
    bytes bigint not null,
    staged_at timestamp not null,
    file_time timestamp not null,
    loaded_order bigint not null,
    is_full boolean not null,
    records bigint not null,
    footer_lines bigint not null,
    counts_by_record boolean not null,
    removed bigint not null
);

create table ledger (
    file_id varchar not null,
    file_name varchar not null,
    block varchar not null,
    entity varchar not null,
    is_primary boolean not null,
    records bigint not null,
    loaded_new bigint not null,
    loaded_updated bigint not null,
    rejected bigint not null,
    duplicates bigint not null,
    removed bigint not null,
    check (records = loaded_new + loaded_updated + rejected + duplicates + removed)
);

create table rejected_rows (
    file_id varchar not null,
    file_name varchar not null,
    block varchar not null,
    source_line bigint not null,
    entity varchar not null,
    column_name varchar,
    value varchar,
    reason varchar
);

create table unknown_values (
    source varchar not null,
    entity varchar not null,
    column_name varchar not null,
    value varchar not null,
    read_as varchar,
    rows bigint not null
);

create table unused_columns (
    source varchar not null,
    entity varchar not null,
    column_name varchar not null,
    files bigint not null,
    records bigint not null,
    told bigint not null,
    distinct_values bigint not null,
    newest_file varchar not null
);

create table known_until (
    source varchar not null,
    title varchar not null,
    known_until timestamp not null,
    told_by varchar not null check (told_by in ('declared', 'export', 'newest event')),
    newest_event_at timestamp,
    loaded_at timestamp not null,
    is_finished boolean not null,
    interval_seconds bigint
);

create table entity_source (
    entity varchar not null,
    source varchar not null,
    rows bigint not null
);

create table alarm (
    alarm varchar not null check (alarm in ('no rows', 'fewer rows', 'unknown words', 'dated ahead', 'empty keys', 'gone')),
    source varchar not null,
    file_id varchar,
    file_name varchar,
    entity varchar,
    column_name varchar,
    rows bigint not null,
    sentence varchar not null
);

create temp table entity_key (
    entity varchar,
    column_name varchar
);

create temp table keyless_rows (
    file_id varchar,
    entity varchar,
    keyless bigint,
    rows bigint
);

create temp table told_words (
    file_id varchar,
    source varchar,
    entity varchar,
    column_name varchar,
    value varchar,
    rows bigint
);

create temp table block_counts (
    file_id varchar,
    source varchar,
    block varchar,
    block_number integer,
    is_primary boolean,
    entity varchar,
    status varchar,
    rows bigint
);

create temp table record_status (
    file_id varchar,
    source_line bigint,
    status varchar
);

create temp table newest_event (
    source varchar,
    newest_at timestamp,
    newest_day date,
    ahead bigint
);

create temp table row_ahead (
    entity varchar,
    source varchar,
    file_id varchar,
    dated_at timestamp
);

create temp table declared_until (
    source varchar,
    title varchar,
    known_until timestamp,
    is_finished boolean,
    interval_seconds bigint
);

create temp view loaded_sources as
select distinct
    block_counts.source,
    files.staged_at
from block_counts
inner join files on block_counts.file_id = files.file_id
where block_counts.rows > 0;
