-- One row per case: when a person of ours first replied, and when it was first opened again after it had been solved.
--
-- grain:    case_row_id
-- reads:    case_message, case_status, cases
-- dated by: first_replied_at
-- kept:     no
-- note:     the messages of a case tell its first reply; without them the case's own first reply is used
with replied as (
    select case_row_id, min(happened_at) as first_replied_at
    from case_message
    where written_by = 'person'
    group by case_row_id
),

turns as (
    select
        case_row_id,
        from_at,
        is_solved,
        lag(is_solved) over (partition by case_row_id order by from_at) as was_solved
    from case_status
),

reopened as (
    select case_row_id, min(from_at) as reopened_at
    from turns
    where was_solved and not is_solved
    group by case_row_id
)

select
    cases.row_id as case_row_id,
    coalesce(replied.first_replied_at, cases.first_replied_at) as first_replied_at,
    reopened.reopened_at
from cases
left join replied on replied.case_row_id = cases.row_id
left join reopened on reopened.case_row_id = cases.row_id
