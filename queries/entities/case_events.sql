-- One row per thing that happened in a case.
--
-- key:      case_event_id
-- version:  updated_at
-- dated by: happened_at
create table case_events (
    case_event_id varchar,
    case_id varchar not null,
    happened_at timestamp not null,
    kind varchar not null check (
        kind in (
            'created', 'status', 'message', 'customer_message', 'public_reply', 'internal_note', 'automatic_reply', 'priority', 'assignment', 'policy'
        )
    ),
    value varchar,
    actor varchar,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column case_events.case_event_id is 'The event''s id in the source; without one the content is the key.';
comment on column case_events.case_id is 'The case in the same source. Required.';
comment on column case_events.happened_at is 'When it happened, UTC. Required.';
comment on column case_events.kind is 'created, status, message, customer_message, public_reply, internal_note, automatic_reply, priority, assignment or policy; a message is the customer''s when its actor is the case''s record_id, ours when it is somebody else, and nobody''s when the source names neither. Required.';
comment on column case_events.value is 'The new status, priority, team or policy.';
comment on column case_events.actor is 'Who did it, as the source names them.';
comment on column case_events.updated_at is 'When the source last changed the row, UTC.';
comment on column case_events.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column case_events.source is 'The system that told this.';
comment on column case_events.source_file is 'The file this row came from.';
comment on column case_events.source_line is 'The record''s number in that file, counted from 1.';
comment on column case_events.source_url is 'A link to the record in its own system.';
