-- One row per case and promise as another system judged it, from the case's last state.
--
-- grain:     source, case_id, promise
-- reads:     cases, customer_of, customers, reported_promises, segment_at
-- dated by:  happened_at
-- carries:   stage
-- judged by: reported_promises, cases
-- note:      the word of the other system, never worked out again; it cannot be compared with promises that are
with reported as (
    select
        cases.row_id, reported_promises.case_id, reported_promises.source, reported_promises.promise, reported_promises.kept,
        coalesce(reported_promises.reported_at, cases.opened_at) as happened_at,
        cases.resolved_at, cases.channel, cases.priority, cases.category, cases.team
    from reported_promises
    inner join cases on cases.source = reported_promises.source and cases.case_id = reported_promises.case_id
)

select
    reported.row_id as case_row_id,
    reported.case_id,
    reported.source,
    reported.promise,
    reported.kept as was_kept,
    reported.source as reported_by,
    reported.happened_at,
    reported.resolved_at,
    customer_of.customer_id,
    customer_of.account_id,
    reported.channel,
    coalesce(reported.priority, 'unknown') as priority,
    coalesce(reported.category, 'unknown') as category,
    coalesce(reported.team, 'unknown') as team,
    reported.case_id as subject,
    case when reported.kept then 'kept' else 'broken' end || ', says ' || reported.source as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from reported
inner join customer_of on customer_of.entity = 'cases' and customer_of.row_id = reported.row_id
inner join customers on customers.customer_id = customer_of.customer_id
left join segment_at
    on segment_at.account_id = customer_of.account_id
    and reported.happened_at >= segment_at.from_at
    and reported.happened_at < segment_at.until_at
