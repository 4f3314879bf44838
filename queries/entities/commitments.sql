-- One row per thing we undertook to do by a time.
--
-- key:      commitment_id
-- version:  updated_at
-- dated by: made_at
create table commitments (
    commitment_id varchar not null,
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    kind varchar not null check (kind in ('offer', 'delivery', 'installation', 'call_back')),
    made_at timestamp not null,
    due_at timestamp not null,
    kept_at timestamp,
    cancelled_at timestamp,
    subject varchar,
    channel varchar check (channel in ('web', 'email', 'phone', 'chat', 'store', 'app', 'social', 'mail', 'field', 'other')),
    team varchar,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar,
    check (due_at >= made_at),
    check (kept_at >= made_at)
);
comment on column commitments.commitment_id is 'The commitment''s id in the source. Required.';
comment on column commitments.record_id is 'The customer''s id in the source system.';
comment on column commitments.email is 'The customer''s e-mail address.';
comment on column commitments.phone is 'The customer''s phone number.';
comment on column commitments.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column commitments.kind is 'offer, delivery, installation or call_back. Required.';
comment on column commitments.made_at is 'When we undertook it, UTC. Required.';
comment on column commitments.due_at is 'By when, UTC. Required.';
comment on column commitments.kept_at is 'When it was done, UTC.';
comment on column commitments.cancelled_at is 'When the customer or we called it off, UTC.';
comment on column commitments.subject is 'What it is about: an order, a contract, a case.';
comment on column commitments.channel is 'The channel it was made in.';
comment on column commitments.team is 'The team that has to keep it.';
comment on column commitments.updated_at is 'When the source last changed the row, UTC.';
comment on column commitments.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column commitments.source is 'The system that told this.';
comment on column commitments.source_file is 'The file this row came from.';
comment on column commitments.source_line is 'The record''s number in that file, counted from 1.';
comment on column commitments.source_url is 'A link to the record in its own system.';
