-- One row per promise of which nobody can tell whether it is kept, with what it needs.
--
-- grain: wait_id
-- reads: fct_promise_untold, promise_word, cases, survey_responses
-- takes: case_id (only of the case of this id, or source:id; of all when it is empty)
select
    fct_promise_untold.subject_kind,
    coalesce(cases.source, survey_responses.source) as source,
    coalesce(cases.case_id, survey_responses.response_id) as subject,
    fct_promise_untold.promise,
    promise_word.name as promise_name,
    fct_promise_untold.occurrence,
    fct_promise_untold.policy,
    fct_promise_untold.started_at,
    fct_promise_untold.reason,
    fct_promise_untold.is_counted,
    fct_promise_untold.customer_id,
    fct_promise_untold.as_of
from fct_promise_untold
inner join promise_word on fct_promise_untold.promise = promise_word.promise
left join cases on fct_promise_untold.subject_kind = 'case' and fct_promise_untold.subject_id = cases.row_id
left join survey_responses
    on fct_promise_untold.subject_kind = 'detractor' and fct_promise_untold.subject_id = survey_responses.row_id
where $case_id = '' or cases.case_id = $case_id or cases.source || ':' || cases.case_id = $case_id
order by fct_promise_untold.started_at, fct_promise_untold.subject_id, fct_promise_untold.promise, fct_promise_untold.occurrence
