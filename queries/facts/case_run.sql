-- One row per run of messages that a customer wrote after we had replied: it begins with the first one that is not answered yet.
--
-- grain:     case_row_id, run_no
-- reads:     case_ending, case_message, case_start
-- dated by:  started_at
-- judged by: cases, case_events
-- kept:      no
-- note:      further messages move nothing, a person's public reply ends it well; in one second the customer writes first.
--            Solved or closed before a reply it stays unanswered, and a message after that belongs to the same run
with spoken as (
    select
        case_message.case_row_id,
        case_message.row_id,
        case_message.happened_at,
        case_message.written_by,
        case_start.as_of,
        lag(case_message.written_by) over (
            partition by case_message.case_row_id
            order by case_message.happened_at, case_message.written_by, case_message.row_id
        ) as written_before,
        max(case when case_message.written_by = 'person' then 1 else 0 end) over (
            partition by case_message.case_row_id
            order by case_message.happened_at, case_message.written_by, case_message.row_id
            rows between unbounded preceding and current row
        ) as is_replied
    from case_message
    inner join case_start
        on case_message.case_row_id = case_start.case_row_id
    where case_message.written_by in ('customer', 'person') and case_message.happened_at >= case_start.started_at
),

taken as (
    select
        case_row_id,
        happened_at as started_at,
        written_by,
        as_of,
        lead(happened_at) over (partition by case_row_id order by happened_at, written_by, row_id) as replied_at,
        sum(case when written_by = 'customer' then 1 else 0 end) over (
            partition by case_row_id order by happened_at, written_by, row_id rows between unbounded preceding and current row
        ) as run_no
    from spoken
    where is_replied = 1 and (written_before is null or written_before <> written_by)
),

runs as (
    select
        case_row_id,
        run_no,
        started_at,
        replied_at,
        as_of
    from taken
    where written_by = 'customer'
),

solved as (
    select
        runs.case_row_id,
        runs.run_no,
        min(case_ending.ended_at) as ended_at
    from runs
    inner join case_ending
        on runs.case_row_id = case_ending.case_row_id
    where case_ending.ended_at >= runs.started_at and case_ending.ended_at <= runs.as_of
    group by runs.case_row_id, runs.run_no
)

select
    runs.case_row_id,
    cast(runs.run_no as integer) as run_no,
    runs.started_at,
    case when solved.ended_at is null or runs.replied_at <= solved.ended_at then runs.replied_at end as fulfilled_at,
    solved.ended_at,
    runs.as_of
from runs
left join solved
    on runs.case_row_id = solved.case_row_id and runs.run_no = solved.run_no
