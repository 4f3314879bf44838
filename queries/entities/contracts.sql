-- One row per agreement over time.
--
-- key:      contract_id
-- version:  updated_at
-- dated by: starts_on
create table contracts (
    contract_id varchar not null,
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    product varchar,
    starts_on date not null,
    ends_on date,
    amount_per_month decimal(16, 2) check (amount_per_month >= 0),
    currency varchar check (length(currency) = 3),
    ended_on date,
    end_reason varchar,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar,
    check (ended_on >= starts_on),
    check (ends_on >= starts_on)
);
comment on column contracts.contract_id is 'The contract''s id in the source. Required.';
comment on column contracts.record_id is 'The customer''s id in the source system.';
comment on column contracts.email is 'The customer''s e-mail address.';
comment on column contracts.phone is 'The customer''s phone number.';
comment on column contracts.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column contracts.product is 'What is agreed: power, gas, solar …';
comment on column contracts.starts_on is 'First day, in the workspace''s zone. Required.';
comment on column contracts.ends_on is 'First day after the agreed term; empty when it runs on.';
comment on column contracts.amount_per_month is 'What the customer pays a month; not negative.';
comment on column contracts.currency is 'Three-letter currency.';
comment on column contracts.ended_on is 'First day on which it was no longer in force; empty while it is.';
comment on column contracts.end_reason is 'Why it ended, in the customer''s words where known.';
comment on column contracts.updated_at is 'When the source last changed the row, UTC.';
comment on column contracts.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column contracts.source is 'The system that told this.';
comment on column contracts.source_file is 'The file this row came from.';
comment on column contracts.source_line is 'The record''s number in that file, counted from 1.';
comment on column contracts.source_url is 'A link to the record in its own system.';
