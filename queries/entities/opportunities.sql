-- One row per possible sale.
--
-- key:      opportunity_id
-- version:  updated_at
-- dated by: created_at
create table opportunities (
    opportunity_id varchar not null,
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    created_at timestamp,
    amount decimal(16, 2),
    currency varchar check (length(currency) = 3),
    closed_at timestamp,
    outcome varchar not null check (outcome in ('open', 'won', 'lost')),
    lost_reason varchar,
    pipeline varchar,
    stage varchar,
    product varchar,
    team varchar,
    is_date_only boolean,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar,
    check (closed_at >= created_at)
);
comment on column opportunities.opportunity_id is 'The opportunity''s id in the source. Required.';
comment on column opportunities.record_id is 'The customer''s id in the source system.';
comment on column opportunities.email is 'The customer''s e-mail address.';
comment on column opportunities.phone is 'The customer''s phone number.';
comment on column opportunities.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column opportunities.created_at is 'When it was opened, UTC.';
comment on column opportunities.amount is 'What it is worth.';
comment on column opportunities.currency is 'Three-letter currency of the amount.';
comment on column opportunities.closed_at is 'When it was won or lost, UTC.';
comment on column opportunities.outcome is 'open, won or lost. Required.';
comment on column opportunities.lost_reason is 'Why it was lost.';
comment on column opportunities.pipeline is 'The pipeline it is in.';
comment on column opportunities.stage is 'The stage it is in now, as the source names it.';
comment on column opportunities.product is 'What is offered.';
comment on column opportunities.team is 'The team that owns it.';
comment on column opportunities.is_date_only is 'True when the source tells days only, without times.';
comment on column opportunities.updated_at is 'When the source last changed the row, UTC.';
comment on column opportunities.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column opportunities.source is 'The system that told this.';
comment on column opportunities.source_file is 'The file this row came from.';
comment on column opportunities.source_line is 'The record''s number in that file, counted from 1.';
comment on column opportunities.source_url is 'A link to the record in its own system.';
