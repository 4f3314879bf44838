-- Scores of surveys that no figure can count: without a date, or on a scale that says nothing.
--
-- severity: warning
-- sentence: These scores count nowhere: add answered_at, or scale_low and scale_high; which CSAT marks are satisfied is told in scores.toml.
-- reads:    response_score, survey_responses
select survey_responses.row_id
from survey_responses
inner join response_score on survey_responses.row_id = response_score.row_id
where
    survey_responses.score is not null
    and not coalesce(survey_responses.dismissed, false)
    and (
        survey_responses.answered_at is null
        or (survey_responses.instrument = 'csat' and response_score.is_satisfied is null)
        or (survey_responses.instrument = 'nps' and response_score.net_points is null)
    )
