-- One row per moment at which a case is told to be solved or closed.
--
-- grain:    case_row_id, ended_at
-- reads:    case_events, cases
-- dated by: ended_at
-- kept:     no
with told as (
    select row_id as case_row_id, first_resolved_at as ended_at from cases
    union all
    select row_id as case_row_id, resolved_at as ended_at from cases
    union all
    select row_id as case_row_id, closed_at as ended_at from cases
    union all
    select cases.row_id as case_row_id, case_events.happened_at as ended_at
    from case_events
    inner join cases
        on case_events.source = cases.source and case_events.case_id = cases.case_id
    where case_events.kind = 'status' and lower(trim(case_events.value)) in ('solved', 'closed')
)

select distinct
    case_row_id,
    date_trunc('second', ended_at) as ended_at
from told
where ended_at is not null
