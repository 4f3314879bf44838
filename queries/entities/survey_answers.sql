-- One row per further question answered in a survey.
--
-- key:      response_id, question
-- version:  updated_at
-- dated by: none
create table survey_answers (
    response_id varchar not null,
    question varchar not null,
    score double,
    answer varchar,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar
);
comment on column survey_answers.response_id is 'The response in the same source. Required.';
comment on column survey_answers.question is 'The question. Required.';
comment on column survey_answers.score is 'The score given.';
comment on column survey_answers.answer is 'The answer in words.';
comment on column survey_answers.updated_at is 'When the source last changed the row, UTC.';
comment on column survey_answers.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column survey_answers.source is 'The system that told this.';
comment on column survey_answers.source_file is 'The file this row came from.';
comment on column survey_answers.source_line is 'The record''s number in that file, counted from 1.';
comment on column survey_answers.source_url is 'A link to the record in its own system.';
