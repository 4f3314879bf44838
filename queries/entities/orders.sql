-- One row per purchase.
--
-- key:      order_id
-- version:  updated_at
-- dated by: ordered_at
create table orders (
    order_id varchar,
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    ordered_at timestamp not null,
    amount decimal(16, 2) not null,
    currency varchar not null check (length(currency) = 3),
    channel varchar check (channel in ('web', 'email', 'phone', 'chat', 'store', 'app', 'social', 'mail', 'field', 'other')),
    status varchar not null check (status in ('placed', 'completed', 'cancelled', 'refunded', 'other')),
    is_date_only boolean,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column orders.order_id is 'The order''s id in the source; without one the content is the key.';
comment on column orders.record_id is 'The customer''s id in the source system.';
comment on column orders.email is 'The customer''s e-mail address.';
comment on column orders.phone is 'The customer''s phone number.';
comment on column orders.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column orders.ordered_at is 'When it was ordered, UTC. Required.';
comment on column orders.amount is 'What was paid, negative for a refund. Required.';
comment on column orders.currency is 'Three-letter currency. Required.';
comment on column orders.channel is 'web, email, phone, chat, store, app, social, mail, field or other.';
comment on column orders.status is 'placed, completed, cancelled, refunded or other; an order whose status nobody declared still counts as a purchase. Required.';
comment on column orders.is_date_only is 'True when the source tells days only, without times.';
comment on column orders.updated_at is 'When the source last changed the row, UTC.';
comment on column orders.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column orders.source is 'The system that told this.';
comment on column orders.source_file is 'The file this row came from.';
comment on column orders.source_line is 'The record''s number in that file, counted from 1.';
comment on column orders.source_url is 'A link to the record in its own system.';
