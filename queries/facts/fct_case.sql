-- One row per help request or complaint that a customer raised.
--
-- grain:     row_id
-- reads:     account_company, case_contact, case_followed, case_solution, case_state, case_wait, cases, customer_of, customers, segment_at
-- dated by:  opened_at
-- carries:   stage
-- judged by: cases, case_events
-- note:      spam and merged requests stay in the table with is_counted false; one that was closed without a word about its
--            solution has no time to solve. Whether a request was solved at the first contact, or with one reply, is said of its first
--            solution, and only where its source tells messages
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
    cases.row_id,
    cases.case_id,
    customer_of.customer_id,
    customer_of.account_id,
    cases.opened_at,
    cases.opened_by,
    cases.kind,
    cases.channel,
    coalesce(cases.priority, 'unknown') as priority,
    coalesce(cases.category, 'unknown') as category,
    coalesce(cases.team, 'unknown') as team,
    coalesce(cases.agent, 'unknown') as agent,
    cases.status,
    case_state.first_replied_at,
    case_state.resolved_at,
    case_state.closed_at,
    case_state.is_counted and case_state.is_unsolved as is_open,
    cases.kind = 'complaint' as is_complaint,
    case_state.is_counted,
    lasted.is_merged,
    lasted.is_withdrawn,
    coalesce(cases.is_spam, false) as is_spam,
    case_state.is_unsolved,
    case_state.as_of,
    lasted.seconds_to_resolve,
    case when lasted.is_merged or lasted.is_withdrawn or lasted.seconds_to_resolve is null then lasted.seconds_to_end end as seconds_to_leave,
    case
        when lasted.seconds_to_resolve is not null and not lasted.is_merged and not lasted.is_withdrawn
            then case_state.resolved_at
    end as solved_at,
    lasted.wait_from,
    lasted.replied_at,
    lasted.seconds_to_first_reply,
    lasted.seconds_unanswered,
    case_state.has_broken_promise,
    followed.first_solved_at,
    followed.reopened_at,
    coalesce(followed.reopened_count, 0) as reopened_count,
    followed.inbound_contacts,
    followed.public_replies,
    coalesce(followed.is_week_old, false) as is_week_old,
    case when followed.tells_history then followed.reopened_within_week end as is_reopened,
    case
        when followed.inbound_contacts >= 1
            then followed.inbound_contacts = 1 and not followed.reopened_within_week and not followed.asked_within_week
    end as is_first_contact,
    case
        when followed.public_replies is not null then followed.public_replies = 1 and not followed.reopened_within_week
    end as is_one_touch,
    cases.case_id as subject,
    case
        when not case_state.is_counted then 'merged or spam'
        when case_state.is_unsolved then replace(cases.kind, 'other', 'request') || ' not solved yet'
        else replace(cases.kind, 'other', 'request') || ' solved'
    end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    coalesce(account_company.company, 'no company') as company
from cases
inner join case_state on case_state.row_id = cases.row_id
inner join lasted on lasted.row_id = cases.row_id
inner join customer_of on customer_of.entity = 'cases' and customer_of.row_id = cases.row_id
inner join customers on customers.customer_id = customer_of.customer_id
left join followed on followed.case_row_id = cases.row_id
left join account_company on account_company.account_id = customer_of.account_id
left join segment_at
    on segment_at.account_id = customer_of.account_id
    and cases.opened_at >= segment_at.from_at
    and cases.opened_at < segment_at.until_at
