-- One row per thing that passed between a customer and us.
--
-- key:      interaction_id
-- version:  updated_at
-- dated by: happened_at
-- absent:   channel other, direction self
create table interactions (
    interaction_id varchar,
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    happened_at timestamp not null,
    event varchar not null check (length(event) between 1 and 200),
    channel varchar not null check (channel in ('web', 'email', 'phone', 'chat', 'store', 'app', 'social', 'mail', 'field', 'other')),
    direction varchar not null check (direction in ('inbound', 'outbound', 'self')),
    purpose varchar check (purpose in ('promotional', 'sales', 'service', 'transactional', 'survey')),
    campaign_id varchar,
    team varchar,
    delivered boolean,
    responded_at timestamp,
    value double,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column interactions.interaction_id is 'The interaction''s id in the source; without one the content is the key.';
comment on column interactions.record_id is 'The customer''s id in the source system.';
comment on column interactions.email is 'The customer''s e-mail address.';
comment on column interactions.phone is 'The customer''s phone number.';
comment on column interactions.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column interactions.happened_at is 'When it happened, UTC. Required.';
comment on column interactions.event is 'What happened, in a few words: web visit, sales call … Required.';
comment on column interactions.channel is 'web, email, phone, chat, store, app, social, mail, field or other; without the column: other. Required.';
comment on column interactions.direction is 'inbound (from the customer), outbound (from us) or self; without the column: self. Required.';
comment on column interactions.purpose is 'promotional, sales, service, transactional or survey; required of what we send.';
comment on column interactions.campaign_id is 'The campaign it belongs to.';
comment on column interactions.team is 'The team that made or took it.';
comment on column interactions.delivered is 'Whether it arrived; empty when the source does not tell.';
comment on column interactions.responded_at is 'When the customer responded, UTC.';
comment on column interactions.value is 'A number that goes with it, in the source''s own unit.';
comment on column interactions.updated_at is 'When the source last changed the row, UTC.';
comment on column interactions.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column interactions.source is 'The system that told this.';
comment on column interactions.source_file is 'The file this row came from.';
comment on column interactions.source_line is 'The record''s number in that file, counted from 1.';
comment on column interactions.source_url is 'A link to the record in its own system.';
