-- One row per day, currency and what one unit of it is worth in the reporting currency.
--
-- key:      day, currency
-- version:  updated_at
-- dated by: day
create table rates (
    day date not null,
    currency varchar not null check (length(currency) = 3),
    rate double not null check (rate > 0),
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column rates.day is 'The day the rate holds. Required.';
comment on column rates.currency is 'Three-letter currency. Required.';
comment on column rates.rate is 'One unit of it in the reporting currency; above zero. Required.';
comment on column rates.updated_at is 'When the source last changed the row, UTC.';
comment on column rates.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column rates.source is 'The system that told this.';
comment on column rates.source_file is 'The file this row came from.';
comment on column rates.source_line is 'The record''s number in that file, counted from 1.';
comment on column rates.source_url is 'A link to the record in its own system.';
