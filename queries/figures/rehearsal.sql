-- One row per stretch of a clock's time: what was promised, what became of it, and whether its time ran in the stretch.
--
-- grain: clock_id, span_no
-- reads: fct_promise_span, selected_rows
-- takes: begins_at, ends_at (when the clocks started: begins_at <= started_at < ends_at), promise
-- note:  seconds since 1970; a stretch that goes on ends where the clock's sources are known. What was called off or superseded is no
--        part of it: it was promised otherwise in the end
with chosen as (
    select
        clock_id, customer_id, is_identified, split_1, priority, calendar, target_seconds, fulfilled_at, ended_at, is_decided, was_kept,
        is_provisional, as_of
    from selected_rows
    where promise = $promise
        and state not in ('void', 'superseded')
        and started_at >= $begins_at
        and started_at < $ends_at
)

select
    chosen.clock_id,
    chosen.customer_id,
    chosen.is_identified,
    chosen.split_1,
    chosen.priority,
    chosen.calendar,
    chosen.target_seconds,
    cast(epoch(chosen.fulfilled_at) as bigint) as fulfilled_second,
    chosen.ended_at is not null and chosen.fulfilled_at is null as is_unanswered,
    chosen.is_decided,
    chosen.was_kept,
    chosen.is_provisional,
    fct_promise_span.is_running,
    cast(epoch(fct_promise_span.from_at) as bigint) as from_second,
    cast(epoch(coalesce(fct_promise_span.until_at, chosen.as_of)) as bigint) as until_second
from chosen
inner join fct_promise_span
    on chosen.clock_id = fct_promise_span.clock_id
order by chosen.clock_id, fct_promise_span.span_no
