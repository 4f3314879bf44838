-- Answers given faster than anybody can read the question.
--
-- severity: note
-- sentence: These surveys were answered within five seconds of being sent: a machine that opens links, or times of the day only.
-- reads:    survey_responses
select
    'survey_responses' as entity,
    row_id
from survey_responses
where
    answered_at >= coalesce(delivered_at, sent_at)
    and answered_at < coalesce(delivered_at, sent_at) + interval '5' second
    and cast(answered_at as date) <> answered_at
