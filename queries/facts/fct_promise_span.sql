-- One row per clock and stretch of time in which it ran, or stood still, in one status of its case.
--
-- grain:     clock_id, span_no
-- reads:     clock_judged, clock_span, fct_promise
-- dated by:  from_at
-- as of:     none
-- judged by: cases, case_events, commitments
-- note:      a clock that never stands still has one, without a status; until_at is empty while it goes on. A commitment has no clock_no
with stopped as (
    select
        clock_judged.wait_no,
        clock_judged.look_no,
        clock_judged.has_spans,
        clock_judged.started_at,
        clock_judged.stopped_at,
        fct_promise.clock_id,
        fct_promise.clock_no,
        fct_promise.customer_id,
        fct_promise.account_id,
        fct_promise.team,
        case
            when clock_judged.stopped_at is null
                then date_diff('second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', clock_judged.as_of))
            else 253402300800
        end as ongoing_second
    from clock_judged
    inner join fct_promise
        on clock_judged.clock_no = fct_promise.clock_no
)

select
    stopped.clock_id,
    stopped.clock_no,
    clock_span.span_no,
    stopped.customer_id,
    stopped.account_id,
    stopped.team,
    timestamp '1970-01-01' + clock_span.from_second * interval '1' second as from_at,
    case
        when clock_span.until_second < stopped.ongoing_second then timestamp '1970-01-01' + clock_span.until_second * interval '1' second
    end as until_at,
    clock_span.status,
    clock_span.is_running
from clock_span
inner join stopped
    on clock_span.wait_no = stopped.wait_no and clock_span.look_no = stopped.look_no
where clock_span.until_second > clock_span.from_second
union all
select
    clock_id,
    clock_no,
    1 as span_no,
    customer_id,
    account_id,
    team,
    started_at as from_at,
    stopped_at as until_at,
    cast(null as varchar) as status,
    true as is_running
from stopped
where not has_spans
union all
select
    clock_id,
    clock_no,
    1 as span_no,
    customer_id,
    account_id,
    team,
    started_at as from_at,
    coalesce(fulfilled_at, ended_at) as until_at,
    cast(null as varchar) as status,
    true as is_running
from fct_promise
where clock_no is null
