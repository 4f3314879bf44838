-- One row per thing in a purchase.
--
-- key:      order_id, line_number
-- version:  updated_at
-- dated by: none
create table order_lines (
    order_id varchar not null,
    line_number bigint not null,
    product varchar not null,
    quantity double,
    amount decimal(16, 2),
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column order_lines.order_id is 'The order in the same source. Required.';
comment on column order_lines.line_number is 'The line''s number in its order. Required.';
comment on column order_lines.product is 'What was bought. Required.';
comment on column order_lines.quantity is 'How many.';
comment on column order_lines.amount is 'What the line cost.';
comment on column order_lines.updated_at is 'When the source last changed the row, UTC.';
comment on column order_lines.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column order_lines.source is 'The system that told this.';
comment on column order_lines.source_file is 'The file this row came from.';
comment on column order_lines.source_line is 'The record''s number in that file, counted from 1.';
comment on column order_lines.source_url is 'A link to the record in its own system.';
