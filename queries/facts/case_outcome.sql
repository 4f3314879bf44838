-- One row per help request or complaint: how its wait and its solution went, as its source tells them.
--
-- grain:     row_id
-- reads:     case_contact, case_followed, case_solution, case_state, case_wait, cases
-- dated by:  none
-- judged by: cases, case_events
-- kept:      no
-- note:      whether a request was solved at the first contact, or with one reply, is said of its first solution, and only where its
--            source tells messages; a request that the customer took back was not solved by us. One that was closed without a word
--            about its solution has no time to solve
with followed as (
    select
        case_solution.case_row_id,
        case_solution.first_solved_at,
        case_solution.reopened_at,
        case_solution.reopened_count,
        case_solution.tells_history,
        case_solution.first_solved_at + interval '7' day <= case_solution.as_of as is_week_old,
        coalesce(case_solution.reopened_at <= case_solution.first_solved_at + interval '7' day, false) as reopened_within_week,
        coalesce(case_followed.asked_again_at <= case_solution.first_solved_at + interval '7' day, false)
        or coalesce(
            not case_solution.tells_history
            and case_contact.written_again_at <= case_solution.first_solved_at + interval '7' day,
            false
        ) as asked_within_week,
        case_contact.inbound_contacts,
        case_contact.public_replies
    from case_solution
    left join case_followed on case_solution.case_row_id = case_followed.case_row_id
    left join case_contact on case_solution.case_row_id = case_contact.case_row_id
),

lasted as (
    select
        cases.row_id,
        cases.merged_into is not null as is_merged,
        coalesce(cases.is_withdrawn, false) as is_withdrawn,
        case_state.first_replied_at,
        case_state.resolved_at,
        case_state.closed_at,
        case_state.is_counted,
        case_state.is_unsolved,
        case_state.has_broken_promise,
        case_state.as_of,
        case
            when cases.resolved_at is not null
                then date_diff('second', date_trunc('second', cases.opened_at), date_trunc('second', case_state.resolved_at))
        end as seconds_to_resolve,
        date_diff(
            'second',
            date_trunc('second', cases.opened_at),
            date_trunc('second', coalesce(case_state.resolved_at, case_state.closed_at))
        ) as seconds_to_end,
        date_diff(
            'second', date_trunc('second', case_wait.started_at), date_trunc('second', case_wait.fulfilled_at)
        ) as seconds_to_first_reply,
        case
            when case_wait.fulfilled_at is null
                then date_diff('second', date_trunc('second', case_wait.started_at), date_trunc('second', case_wait.ended_at))
        end as seconds_unanswered,
        case_wait.started_at as wait_from,
        case_wait.fulfilled_at as replied_at
    from cases
    inner join case_state on cases.row_id = case_state.row_id
    left join case_wait on cases.row_id = case_wait.case_row_id
)

select
    lasted.row_id,
    lasted.is_merged,
    lasted.is_withdrawn,
    lasted.first_replied_at,
    lasted.resolved_at,
    lasted.closed_at,
    lasted.is_counted,
    lasted.is_unsolved,
    lasted.has_broken_promise,
    lasted.as_of,
    lasted.seconds_to_resolve,
    case when lasted.is_merged or lasted.is_withdrawn or lasted.seconds_to_resolve is null then lasted.seconds_to_end end as seconds_to_leave,
    case
        when lasted.seconds_to_resolve is not null and not lasted.is_merged and not lasted.is_withdrawn then lasted.resolved_at
    end as solved_at,
    lasted.wait_from,
    lasted.replied_at,
    lasted.seconds_to_first_reply,
    lasted.seconds_unanswered,
    followed.first_solved_at,
    followed.reopened_at,
    coalesce(followed.reopened_count, 0) as reopened_count,
    followed.inbound_contacts,
    followed.public_replies,
    coalesce(followed.is_week_old, false) as is_week_old,
    case when followed.tells_history and not lasted.is_withdrawn then followed.reopened_within_week end as is_reopened,
    case
        when followed.inbound_contacts >= 1 and not lasted.is_withdrawn
            then followed.inbound_contacts = 1 and not followed.reopened_within_week and not followed.asked_within_week
    end as is_first_contact,
    case
        when followed.public_replies is not null and not lasted.is_withdrawn
            then followed.public_replies = 1 and not followed.reopened_within_week
    end as is_one_touch
from lasted
left join followed on lasted.row_id = followed.case_row_id
