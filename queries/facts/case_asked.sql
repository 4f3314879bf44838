-- One row per case in which a customer began to wait, with what decides the promise, as it was at that moment.
--
-- grain:    case_row_id
-- reads:    case_events, case_wait, cases, customer_of, segment_at
-- dated by: started_at
-- note:     the priority is the one told by then, else the only one that is known
with first_priority as (
    select
        case_wait.case_row_id,
        case_events.value as priority,
        row_number() over (
            partition by case_wait.case_row_id
            order by case_events.happened_at desc, case_events.row_id desc
        ) as latest_no
    from case_wait
    inner join cases
        on case_wait.case_row_id = cases.row_id
    inner join case_events
        on cases.source = case_events.source and cases.case_id = case_events.case_id
    where case_events.kind = 'priority' and date_trunc('second', case_events.happened_at) <= case_wait.started_at
)

select
    case_wait.case_row_id,
    case_wait.started_at,
    customer_of.customer_id,
    customer_of.account_id,
    cases.kind,
    cases.channel,
    coalesce(first_priority.priority, cases.priority, 'unknown') as priority,
    coalesce(cases.category, 'unknown') as category,
    coalesce(cases.team, 'unknown') as team,
    coalesce(segment_at.segment, 'unknown') as segment
from case_wait
inner join cases
    on case_wait.case_row_id = cases.row_id
inner join customer_of
    on customer_of.entity = 'cases' and case_wait.case_row_id = customer_of.row_id
left join first_priority
    on case_wait.case_row_id = first_priority.case_row_id and first_priority.latest_no = 1
left join segment_at
    on customer_of.account_id = segment_at.account_id
    and case_wait.started_at >= segment_at.from_at
    and case_wait.started_at < segment_at.until_at
