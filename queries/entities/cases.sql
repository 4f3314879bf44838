-- One row per help request or complaint that a customer raised.
--
-- key:      case_id
-- version:  updated_at
-- dated by: opened_at
create table cases (
    case_id varchar not null,
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    opened_at timestamp not null,
    opened_by varchar not null check (opened_by in ('customer', 'agent')),
    kind varchar not null check (kind in ('question', 'problem', 'complaint', 'return', 'other')),
    channel varchar not null check (channel in ('web', 'email', 'phone', 'chat', 'store', 'app', 'social', 'mail', 'field', 'other')),
    priority varchar check (priority in ('low', 'normal', 'high', 'urgent', 'other')),
    category varchar,
    team varchar,
    agent varchar,
    subject varchar,
    status varchar not null check (status in ('new', 'open', 'pending', 'on_hold', 'solved', 'closed', 'other')),
    first_replied_at timestamp,
    first_resolved_at timestamp,
    resolved_at timestamp,
    closed_at timestamp,
    merged_into varchar,
    is_spam boolean,
    is_withdrawn boolean,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar,
    check (resolved_at >= opened_at),
    check (first_replied_at >= opened_at)
);
comment on column cases.case_id is 'The case''s id in the source. Required.';
comment on column cases.record_id is 'The customer''s id in the source system.';
comment on column cases.email is 'The customer''s e-mail address.';
comment on column cases.phone is 'The customer''s phone number.';
comment on column cases.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column cases.opened_at is 'When it was opened, UTC. Required.';
comment on column cases.opened_by is 'customer or agent. Required.';
comment on column cases.kind is 'question, problem, complaint, return or other. Required.';
comment on column cases.channel is 'The channel it came in. Required.';
comment on column cases.priority is 'low, normal, high, urgent or other.';
comment on column cases.category is 'What it is about.';
comment on column cases.team is 'The team that has it.';
comment on column cases.agent is 'Who has it.';
comment on column cases.subject is 'What the customer wrote above it.';
comment on column cases.status is 'new, open, pending, on_hold, solved, closed or other. Required.';
comment on column cases.first_replied_at is 'When a person first replied in public, UTC.';
comment on column cases.first_resolved_at is 'When it was first solved, UTC.';
comment on column cases.resolved_at is 'When it was last solved, UTC; empty while it is open.';
comment on column cases.closed_at is 'When it was closed for good, UTC.';
comment on column cases.merged_into is 'The case_id this case was merged into.';
comment on column cases.is_spam is 'True for what no customer wrote.';
comment on column cases.is_withdrawn is 'True when the customer took the request back: nothing is owed any more.';
comment on column cases.updated_at is 'When the source last changed the row, UTC.';
comment on column cases.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column cases.source is 'The system that told this.';
comment on column cases.source_file is 'The file this row came from.';
comment on column cases.source_line is 'The record''s number in that file, counted from 1.';
comment on column cases.source_url is 'A link to the record in its own system.';
