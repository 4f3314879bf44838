-- One row per permission that a customer gave or took back.
--
-- key:      record_id, email, phone, external_id, purpose, channel, granted, effective_at
-- version:  updated_at
-- dated by: effective_at
create table consents (
    purpose varchar not null check (purpose in ('promotional', 'sales', 'survey', 'profiling', 'analytics')),
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    channel varchar check (channel in ('web', 'email', 'phone', 'chat', 'store', 'app', 'social', 'mail', 'field', 'other')),
    granted boolean not null,
    effective_at timestamp not null,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column consents.purpose is 'promotional, sales, survey, profiling or analytics. Required.';
comment on column consents.record_id is 'The customer''s id in the source system.';
comment on column consents.email is 'The customer''s e-mail address.';
comment on column consents.phone is 'The customer''s phone number.';
comment on column consents.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column consents.channel is 'The channel it is for; empty for all.';
comment on column consents.granted is 'True when given, false when taken back. Required.';
comment on column consents.effective_at is 'From when it holds, UTC. Required.';
comment on column consents.updated_at is 'When the source last changed the row, UTC.';
comment on column consents.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column consents.source is 'The system that told this.';
comment on column consents.source_file is 'The file this row came from.';
comment on column consents.source_line is 'The record''s number in that file, counted from 1.';
comment on column consents.source_url is 'A link to the record in its own system.';
