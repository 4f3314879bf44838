-- Answers about requests that no file told of.
--
-- severity: warning
-- sentence: These answers are about requests that no export holds. Load the export of those requests.
-- reads:    cases, survey_responses
select
    'survey_responses' as entity,
    survey_responses.row_id
from survey_responses
left join cases on cases.case_id = survey_responses.case_id
where trim(survey_responses.case_id) <> '' and cases.case_id is null
