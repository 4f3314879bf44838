-- One row per clock of so many cases, as the row-wise function tells them, and what attainment is split by.
select
    fct_promise.subject_id,
    fct_promise.promise,
    fct_promise.occurrence,
    fct_promise.version,
    cast(epoch(fct_promise.started_at) as bigint) as started,
    cast(epoch(fct_promise.due_at) as bigint) as due,
    cast(epoch(fct_promise.fulfilled_at) as bigint) as fulfilled,
    cast(epoch(fct_promise.ended_at) as bigint) as ended,
    cast(epoch(fct_promise.decided_at) as bigint) as decided,
    fct_promise.state,
    fct_promise.open_seconds,
    fct_promise.paused_seconds
from fct_promise
inner join cases on fct_promise.subject_id = cases.row_id
where fct_promise.subject_kind = 'case' and cases.source_line >= $first and cases.source_line < $last
