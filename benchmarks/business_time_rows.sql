-- One row per clock: from when to when it is measured, and what it promises; what is timed where business time alone is.
create or replace temporary table timed_row as
select
    row_number() over (order by clock_id) as row_no,
    'service_hours' as calendar,
    cast(epoch(started_at) as bigint) as start_second,
    cast(epoch(coalesce(fulfilled_at, ended_at, as_of)) as bigint) as stop_second,
    target_seconds
from fct_promise
where subject_kind = 'case'
