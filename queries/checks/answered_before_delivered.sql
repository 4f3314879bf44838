-- Answers dated before their invitation had arrived.
--
-- severity: warning
-- sentence: These answers are dated before their invitation arrived: two clocks, or two zones, in one export.
-- reads:    survey_responses
select
    'survey_responses' as entity,
    row_id
from survey_responses
where answered_at < delivered_at
