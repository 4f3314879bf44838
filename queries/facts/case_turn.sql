-- One row per case: when a person of ours first replied, and when it was first opened again after it had been solved.
--
-- grain:    case_row_id
-- reads:    case_events, case_message, cases
-- dated by: first_replied_at
-- note:     the messages of a case tell its first reply; without them the case's own first reply is used
with replied as (
    select case_row_id, min(happened_at) as first_replied_at
    from case_message
    where written_by = 'person'
    group by case_row_id
),

statuses as (
    select
        cases.row_id as case_row_id,
        case_events.happened_at,
        case_events.value as status,
        min(case when case_events.value in ('solved', 'closed') then case_events.happened_at end) over (
            partition by cases.row_id order by case_events.happened_at, case_events.row_id rows between unbounded preceding and 1 preceding
        ) as solved_at
    from case_events
    inner join cases
        on case_events.source = cases.source and case_events.case_id = cases.case_id
    where case_events.kind = 'status'
),

reopened as (
    select case_row_id, min(happened_at) as reopened_at
    from statuses
    where solved_at is not null and status in ('new', 'open', 'pending', 'on_hold')
    group by case_row_id
)

select
    cases.row_id as case_row_id,
    coalesce(replied.first_replied_at, cases.first_replied_at) as first_replied_at,
    reopened.reopened_at
from cases
left join replied on replied.case_row_id = cases.row_id
left join reopened on reopened.case_row_id = cases.row_id
