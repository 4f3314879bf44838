-- One row per month, kind and channel of cost.
--
-- key:      month, kind, channel, currency
-- version:  updated_at
-- dated by: month
create table costs (
    month date not null check (extract(day from month) = 1),
    kind varchar not null check (kind in ('acquire', 'keep', 'serve')),
    channel varchar check (channel in ('web', 'email', 'phone', 'chat', 'store', 'app', 'social', 'mail', 'field', 'other')),
    amount decimal(16, 2) not null,
    currency varchar not null check (length(currency) = 3),
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column costs.month is 'The first day of the month. Required.';
comment on column costs.kind is 'acquire, keep or serve. Required.';
comment on column costs.channel is 'The channel the cost belongs to.';
comment on column costs.amount is 'What it cost. Required.';
comment on column costs.currency is 'Three-letter currency. Required.';
comment on column costs.updated_at is 'When the source last changed the row, UTC.';
comment on column costs.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column costs.source is 'The system that told this.';
comment on column costs.source_file is 'The file this row came from.';
comment on column costs.source_line is 'The record''s number in that file, counted from 1.';
comment on column costs.source_url is 'A link to the record in its own system.';
