-- One row per case and per detractor that a promise may be made to, with what decides which, as it was when the wait began.
--
-- grain:     subject_no
-- reads:     case_events, case_start, case_status, cases, clock_solution, customer_of, detractor, segment_at
-- dated by:  asked_at
-- judged by: cases, case_events
-- kept:      no
-- note:      subject_no is the key by which the clocks know it, in the order of time: they lie in it. first_priority is the one that holds where no event tells it: the case's own, unless later events explain that one
with events as (
    select
        case_start.case_row_id,
        case_events.value,
        row_number() over (
            partition by case_start.case_row_id
            order by case_events.happened_at desc, case_events.source_line desc, case_events.row_id desc
        ) as latest_no
    from case_events
    inner join case_start
        on case_events.source = case_start.source and case_events.case_id = case_start.case_id
    where case_events.kind = 'priority' and case_events.happened_at <= case_start.as_of
),

told_last as (
    select case_row_id, coalesce(lower(trim(value)), 'unknown') as priority
    from events
    where latest_no = 1
),

histories as (
    select case_row_id, max(case when has_history then 1 else 0 end) = 1 as has_history
    from case_status
    group by case_row_id
),

subjects as (
    select
        'case' as subject_kind,
        cases.row_id as subject_id,
        cases.case_id as subject,
        customer_of.customer_id,
        customer_of.account_id,
        cases.kind,
        cases.channel,
        coalesce(cases.category, 'unknown') as category,
        coalesce(cases.team, 'unknown') as team,
        cases.agent,
        case
            when told_last.priority is null or told_last.priority <> cases.priority then coalesce(cases.priority, 'unknown')
            else 'unknown'
        end as first_priority,
        coalesce(case_start.started_at, case_start.opened_at) as asked_at,
        case_start.opened_at as subject_opened_at,
        clock_solution.still_solved_at as subject_resolved_at,
        coalesce(histories.has_history, false) as has_history,
        case_start.is_void,
        case_start.as_of
    from case_start
    inner join cases
        on case_start.case_row_id = cases.row_id
    inner join customer_of
        on customer_of.entity = 'cases' and case_start.case_row_id = customer_of.row_id
    left join told_last
        on case_start.case_row_id = told_last.case_row_id
    left join clock_solution
        on case_start.case_row_id = clock_solution.case_row_id
    left join histories
        on case_start.case_row_id = histories.case_row_id
    union all
    select
        'detractor' as subject_kind,
        row_id as subject_id,
        response_id as subject,
        customer_id,
        account_id,
        'detractor' as kind,
        'unknown' as channel,
        'unknown' as category,
        'unknown' as team,
        cast(null as varchar) as agent,
        'unknown' as first_priority,
        answered_at as asked_at,
        answered_at as subject_opened_at,
        reached_at as subject_resolved_at,
        true as has_history,
        false as is_void,
        as_of
    from detractor
)

select
    row_number() over (order by subjects.subject_kind, subjects.asked_at, subjects.subject_id) as subject_no,
    subjects.subject_kind,
    subjects.subject_id,
    subjects.subject,
    subjects.customer_id,
    subjects.account_id,
    subjects.kind,
    subjects.channel,
    subjects.category,
    subjects.team,
    subjects.agent,
    subjects.first_priority,
    subjects.asked_at,
    subjects.subject_opened_at,
    subjects.subject_resolved_at,
    subjects.has_history,
    subjects.is_void,
    subjects.as_of,
    coalesce(segment_at.segment, 'unknown') as segment
from subjects
left join segment_at
    on subjects.account_id = segment_at.account_id
    and subjects.asked_at >= segment_at.from_at
    and subjects.asked_at < segment_at.until_at
