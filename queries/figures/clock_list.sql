-- One row per clock: what was promised on what, when it began, came into force, was due and done, how long it stood still, and its state.
--
-- grain: clock_id
-- reads: fct_promise, promise_word, cases, commitments, survey_responses
-- takes: case_id (only the clocks of the case of this id, or source:id; of all when it is empty)
select
    fct_promise.clock_id,
    fct_promise.subject_kind,
    coalesce(cases.source, commitments.source, survey_responses.source) as source,
    coalesce(cases.case_id, commitments.commitment_id, survey_responses.response_id) as subject,
    fct_promise.promise,
    promise_word.name as promise_name,
    fct_promise.occurrence,
    fct_promise.version,
    fct_promise.policy,
    fct_promise.calendar,
    fct_promise.priority,
    fct_promise.target_seconds,
    fct_promise.started_at,
    fct_promise.in_force_at,
    fct_promise.due_at,
    fct_promise.fulfilled_at,
    fct_promise.ended_at,
    fct_promise.decided_at,
    fct_promise.state,
    fct_promise.was_kept,
    fct_promise.is_provisional,
    fct_promise.open_seconds,
    fct_promise.calendar_seconds,
    fct_promise.paused_seconds,
    fct_promise.paused_open_seconds,
    fct_promise.remaining_seconds,
    fct_promise.loosened_late,
    fct_promise.because,
    fct_promise.customer_id,
    fct_promise.as_of
from fct_promise
inner join promise_word on fct_promise.promise = promise_word.promise
left join cases on fct_promise.subject_kind = 'case' and fct_promise.subject_id = cases.row_id
left join commitments on fct_promise.subject_kind = 'commitment' and fct_promise.subject_id = commitments.row_id
left join survey_responses on fct_promise.subject_kind = 'detractor' and fct_promise.subject_id = survey_responses.row_id
where $case_id = '' or cases.case_id = $case_id or cases.source || ':' || cases.case_id = $case_id
order by
    fct_promise.started_at, fct_promise.subject_kind, fct_promise.subject_id, fct_promise.promise, fct_promise.occurrence,
    fct_promise.version
