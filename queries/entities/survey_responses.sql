-- One row per invitation to say how it was, answered or not.
--
-- key:      response_id
-- version:  updated_at
-- dated by: answered_at
create table survey_responses (
    response_id varchar not null,
    record_id varchar,
    email varchar,
    phone varchar,
    external_id varchar,
    instrument varchar not null check (instrument in ('nps', 'csat', 'ces')),
    programme varchar not null check (programme in ('relational', 'transactional')),
    wave varchar,
    sent_at timestamp,
    delivered_at timestamp,
    answered_at timestamp,
    score double,
    scale_low double,
    scale_high double,
    scale_direction varchar check (scale_direction in ('higher', 'lower')),
    comment varchar,
    case_id varchar,
    dismissed boolean,
    confidential boolean,
    updated_at timestamp,
    row_id varchar not null,
    source varchar not null,
    source_file varchar not null,
    source_line bigint not null,
    source_url varchar,
    -- The score lies outside its scale: correct scale_low and scale_high, or the score.
    check (score >= scale_low and score <= scale_high),
    -- Without scale_low and scale_high a score of recommendation is one from 0 to 10: add them, or correct the score.
    check (instrument <> 'nps' or score is null or (score >= coalesce(scale_low, 0) and score <= coalesce(scale_high, 10))),
    -- The answer is dated before its invitation was sent: correct answered_at or sent_at.
    check (answered_at >= sent_at),
    -- The answer is dated before its invitation arrived, and nothing tells when it was sent: correct answered_at or delivered_at.
    check (answered_at >= delivered_at or sent_at is not null),
    -- A CES score means nothing without scale_direction: say which end is good, "higher" or "lower".
    check (instrument <> 'ces' or score is null or scale_direction is not null)
);
comment on column survey_responses.response_id is 'The invitation''s or the answer''s id in the source. Required.';
comment on column survey_responses.record_id is 'The customer''s id in the source system.';
comment on column survey_responses.email is 'The customer''s e-mail address.';
comment on column survey_responses.phone is 'The customer''s phone number.';
comment on column survey_responses.external_id is 'An id that several systems share for the customer, for example the customer number.';
comment on column survey_responses.instrument is 'nps, csat or ces. Required.';
comment on column survey_responses.programme is 'relational (the yearly survey) or transactional (after a contact). Required.';
comment on column survey_responses.wave is 'The wave of a relational survey; an answer counts once per customer and wave.';
comment on column survey_responses.sent_at is 'When the invitation was sent, UTC.';
comment on column survey_responses.delivered_at is 'When it arrived, UTC.';
comment on column survey_responses.answered_at is 'When it was answered, UTC; empty while it is not.';
comment on column survey_responses.score is 'The score given.';
comment on column survey_responses.scale_low is 'The lowest score there is.';
comment on column survey_responses.scale_high is 'The highest score there is.';
comment on column survey_responses.scale_direction is 'Which end of the scale is good: higher or lower.';
comment on column survey_responses.comment is 'What the customer wrote.';
comment on column survey_responses.case_id is 'The case the survey asks about, in the same source.';
comment on column survey_responses.dismissed is 'True when the customer closed the survey without answering.';
comment on column survey_responses.confidential is 'True when nobody may see who answered: told in numbers of ten and more; two periods that overlap can still be subtracted.';
comment on column survey_responses.updated_at is 'When the source last changed the row, UTC.';
comment on column survey_responses.row_id is 'Made by the intake: the source and its id, or the content where the source has no id.';
comment on column survey_responses.source is 'The system that told this.';
comment on column survey_responses.source_file is 'The file this row came from.';
comment on column survey_responses.source_line is 'The record''s number in that file, counted from 1.';
comment on column survey_responses.source_url is 'A link to the record in its own system.';
