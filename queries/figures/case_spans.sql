-- One row per stretch of time in which a clock of a case ran, or stood still.
--
-- grain: clock_id, span_no
-- reads: fct_promise, fct_promise_span
-- takes: row_id
select
    fct_promise_span.clock_id,
    fct_promise_span.from_at,
    fct_promise_span.until_at,
    fct_promise_span.status,
    fct_promise_span.is_running
from fct_promise_span
inner join fct_promise on fct_promise_span.clock_id = fct_promise.clock_id
where fct_promise.subject_kind = 'case' and fct_promise.subject_id = $row_id
order by fct_promise_span.clock_id, fct_promise_span.span_no
