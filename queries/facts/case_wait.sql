-- One row per case in which a customer began to wait for a first reply, with what ended the wait.
--
-- grain:     case_row_id
-- reads:     case_ending, case_message, case_start
-- dated by:  started_at
-- judged by: cases, case_events
-- kept:      no
-- note:      only a person's public reply ends it well; solved or closed before one, it stays unanswered whatever comes later
with written as (
    select
        case_start.case_row_id,
        min(case_message.happened_at) as replied_at
    from case_start
    inner join case_message
        on case_start.case_row_id = case_message.case_row_id
    where case_message.written_by = 'person' and case_message.happened_at >= case_start.started_at
    group by case_start.case_row_id
),

solved as (
    select
        case_start.case_row_id,
        min(case_ending.ended_at) as ended_at
    from case_start
    inner join case_ending
        on case_start.case_row_id = case_ending.case_row_id
    where case_ending.ended_at >= case_start.started_at and case_ending.ended_at <= case_start.as_of
    group by case_start.case_row_id
),

waits as (
    select
        case_start.case_row_id,
        case_start.started_at,
        coalesce(
            written.replied_at,
            case when case_start.told_reply_at >= case_start.started_at then case_start.told_reply_at end
        ) as replied_at,
        solved.ended_at,
        case_start.as_of
    from case_start
    left join written
        on case_start.case_row_id = written.case_row_id
    left join solved
        on case_start.case_row_id = solved.case_row_id
    where case_start.started_at is not null and case_start.tells_reply
)

select
    case_row_id,
    started_at,
    case when ended_at is null or replied_at <= ended_at then replied_at end as fulfilled_at,
    ended_at,
    as_of
from waits
