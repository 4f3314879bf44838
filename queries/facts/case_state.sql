-- One row per help request with what is known of it at as_of: whether it counts, was answered, solved, or broke a promise.
--
-- grain:     row_id
-- reads:     case_message, cases, entity_as_of, fct_promise
-- dated by:  opened_at
-- judged by: cases, case_events
-- kept:      no
-- note:      a request closed without a word about its solution is solved when it is closed; one that is open again is not solved,
--            whatever its source still tells of an earlier solution; one opened after as_of is left out
with judged as (
    select min(as_of) as as_of
    from entity_as_of
    where entity in ('cases', 'case_events')
),

replied as (
    select case_row_id, min(happened_at) as first_replied_at
    from case_message
    where written_by = 'person'
    group by case_row_id
),

broken as (
    select subject_id as case_row_id, count(*) as broken_promises
    from fct_promise
    where subject_kind = 'case' and is_decided and not was_kept
    group by subject_id
),

told as (
    select
        row_id,
        case when status not in ('new', 'open', 'pending', 'on_hold') then closed_at end as closed_at,
        case when status not in ('new', 'open', 'pending', 'on_hold') then coalesce(resolved_at, closed_at) end as solved_at
    from cases
)

select
    cases.row_id,
    cases.opened_at,
    judged.as_of,
    coalesce(replied.first_replied_at, cases.first_replied_at) as first_replied_at,
    case when told.solved_at <= judged.as_of then told.solved_at end as resolved_at,
    case when told.closed_at <= judged.as_of then told.closed_at end as closed_at,
    cases.merged_into is null and not coalesce(cases.is_spam, false) as is_counted,
    coalesce(told.solved_at > judged.as_of, cases.status not in ('solved', 'closed')) as is_unsolved,
    broken.broken_promises is not null as has_broken_promise
from cases
inner join told on told.row_id = cases.row_id
cross join judged
left join replied on replied.case_row_id = cases.row_id
left join broken on broken.case_row_id = cases.row_id
where cases.opened_at <= judged.as_of
