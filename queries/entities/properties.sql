-- One row per further thing that a source tells of something.
--
-- key:      subject_kind, subject_id, name
-- version:  updated_at
-- dated by: none
create table properties (
    subject_kind varchar not null,
    subject_id varchar not null,
    name varchar not null,
    value varchar,
    sensitive boolean not null,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column properties.subject_kind is 'The entity the property belongs to: customer_records, cases, orders … Required.';
comment on column properties.subject_id is 'The row_id of that row. Required.';
comment on column properties.name is 'The property''s name. Required.';
comment on column properties.value is 'Its value as text.';
comment on column properties.sensitive is 'True for what must never be split by, tried or shown. Required.';
comment on column properties.updated_at is 'When the source last changed the row, UTC.';
comment on column properties.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column properties.source is 'The system that told this.';
comment on column properties.source_file is 'The file this row came from.';
comment on column properties.source_line is 'The record''s number in that file, counted from 1.';
comment on column properties.source_url is 'A link to the record in its own system.';
