-- One row per help request or complaint that a customer raised.
--
-- grain:     row_id
-- reads:     account_company, case_outcome, cases, customer_of, customers, segment_at
-- dated by:  opened_at
-- carries:   stage
-- judged by: cases, case_events
-- note:      spam and merged requests stay in the table with is_counted false
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
    case_outcome.first_replied_at,
    case_outcome.resolved_at,
    case_outcome.closed_at,
    case_outcome.is_counted and case_outcome.is_unsolved as is_open,
    cases.kind = 'complaint' as is_complaint,
    case_outcome.is_counted,
    case_outcome.is_merged,
    case_outcome.is_withdrawn,
    coalesce(cases.is_spam, false) as is_spam,
    case_outcome.is_unsolved,
    case_outcome.as_of,
    case_outcome.seconds_to_resolve,
    case_outcome.seconds_to_leave,
    case_outcome.solved_at,
    case_outcome.wait_from,
    case_outcome.replied_at,
    case_outcome.seconds_to_first_reply,
    case_outcome.seconds_unanswered,
    case_outcome.has_broken_promise,
    case_outcome.first_solved_at,
    case_outcome.reopened_at,
    case_outcome.reopened_count,
    case_outcome.inbound_contacts,
    case_outcome.public_replies,
    case_outcome.is_week_old,
    case_outcome.is_reopened,
    case_outcome.is_first_contact,
    case_outcome.is_one_touch,
    cases.case_id as subject,
    case
        when not case_outcome.is_counted then 'merged or spam'
        when case_outcome.is_unsolved then replace(cases.kind, 'other', 'request') || ' not solved yet'
        else replace(cases.kind, 'other', 'request') || ' solved'
    end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    customers.customer_no,
    coalesce(account_company.company, 'no company') as company
from cases
inner join case_outcome on cases.row_id = case_outcome.row_id
inner join customer_of on cases.row_id = customer_of.row_id and customer_of.entity = 'cases'
inner join customers on customer_of.customer_id = customers.customer_id
left join account_company on customer_of.account_id = account_company.account_id
left join segment_at
    on customer_of.account_id = segment_at.account_id
    and cases.opened_at >= segment_at.from_at
    and cases.opened_at < segment_at.until_at
