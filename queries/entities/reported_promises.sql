-- One row per promise as another system judged it.
--
-- key:      case_id, promise
-- version:  updated_at
-- dated by: reported_at
create table reported_promises (
    case_id varchar not null,
    promise varchar not null check (promise in ('first_reply', 'next_reply', 'first_resolution', 'full_resolution', 'any')),
    target_seconds bigint check (target_seconds >= 0),
    elapsed_seconds bigint check (elapsed_seconds >= 0),
    kept boolean not null,
    business_time boolean,
    reported_at timestamp,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column reported_promises.case_id is 'The case in the same source. Required.';
comment on column reported_promises.promise is 'first_reply, next_reply, first_resolution, full_resolution, or any when the system does not say which. Required.';
comment on column reported_promises.target_seconds is 'What was promised, in seconds.';
comment on column reported_promises.elapsed_seconds is 'How long it took, in seconds.';
comment on column reported_promises.kept is 'Whether the system calls the promise kept. Required.';
comment on column reported_promises.business_time is 'Whether the seconds are opening hours.';
comment on column reported_promises.reported_at is 'When the system said so, UTC.';
comment on column reported_promises.updated_at is 'When the source last changed the row, UTC.';
comment on column reported_promises.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column reported_promises.source is 'The system that told this.';
comment on column reported_promises.source_file is 'The file this row came from.';
comment on column reported_promises.source_line is 'The record''s number in that file, counted from 1.';
comment on column reported_promises.source_url is 'A link to the record in its own system.';
