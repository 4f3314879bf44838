-- One row per help request or complaint that a customer raised.
--
-- grain:     row_id
-- reads:     case_state, cases, customer_of, customers, segment_at
-- dated by:  opened_at
-- carries:   stage
-- judged by: cases, case_events
-- note:      spam and merged requests stay in the table with is_counted false; one that was closed without a word about its
--            solution has no time to solve
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
    cases.agent,
    cases.status,
    case_state.first_replied_at,
    case_state.resolved_at,
    case_state.closed_at,
    case_state.is_counted and case_state.is_unsolved as is_open,
    cases.kind = 'complaint' as is_complaint,
    case_state.is_counted,
    case_state.as_of,
    case
        when cases.resolved_at is not null
            then date_diff('second', date_trunc('second', cases.opened_at), date_trunc('second', case_state.resolved_at))
    end as seconds_to_resolve,
    case_state.has_broken_promise,
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
    coalesce(customers.business_unit, 'unknown') as business_unit
from cases
inner join case_state on case_state.row_id = cases.row_id
inner join customer_of on customer_of.entity = 'cases' and customer_of.row_id = cases.row_id
inner join customers on customers.customer_id = customer_of.customer_id
left join segment_at
    on segment_at.account_id = customer_of.account_id
    and cases.opened_at >= segment_at.from_at
    and cases.opened_at < segment_at.until_at
