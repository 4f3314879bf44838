-- One row per stage that a customer, an opportunity or a case entered.
--
-- key:      subject_kind, subject_id, pipeline, stage, entered_at
-- version:  updated_at
-- dated by: entered_at
create table stage_changes (
    subject_kind varchar not null check (subject_kind in ('customer', 'opportunity', 'case')),
    subject_id varchar not null,
    pipeline varchar,
    stage varchar not null,
    entered_at timestamp not null,
    left_at timestamp,
    is_date_only boolean,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar,
    check (left_at >= entered_at)
);
comment on column stage_changes.subject_kind is 'customer, opportunity or case. Required.';
comment on column stage_changes.subject_id is 'The record_id, opportunity_id or case_id in the same source. Required.';
comment on column stage_changes.pipeline is 'The pipeline the stage belongs to.';
comment on column stage_changes.stage is 'The stage as the source names it. Required.';
comment on column stage_changes.entered_at is 'When the stage was entered, UTC. Required.';
comment on column stage_changes.left_at is 'When it was left, UTC.';
comment on column stage_changes.is_date_only is 'True when the source tells days only, without times.';
comment on column stage_changes.updated_at is 'When the source last changed the row, UTC.';
comment on column stage_changes.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column stage_changes.source is 'The system that told this.';
comment on column stage_changes.source_file is 'The file this row came from.';
comment on column stage_changes.source_line is 'The record''s number in that file, counted from 1.';
comment on column stage_changes.source_url is 'A link to the record in its own system.';
