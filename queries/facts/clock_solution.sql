-- One row per case with a customer who waits: when it was first solved, which solution stands, and since when that one is final.
--
-- grain:     case_row_id
-- reads:     case_start, case_status, promise_setting
-- dated by:  solved_at
-- judged by: cases, case_events
-- kept:      no
-- note:      a solution is final when the case is closed, or nobody opened it again for the time set. The first final one stands for good;
--            until there is one, the one that lasts at as_of does, without being final. begins_solved: solved before its customer wrote
--            for the first time. That solution is none of theirs: nobody waits for one until the case is opened again (was_reopened)
with marked as (
    select
        case_start.case_row_id,
        case_start.started_at,
        case_start.as_of,
        case_status.from_at,
        case_status.until_at,
        case_status.status,
        case_status.is_solved,
        case
            when lag(case_status.is_solved) over (partition by case_status.case_row_id order by case_status.from_at)
                = case_status.is_solved then 0
            else 1
        end as is_turn
    from case_status
    inner join case_start
        on case_status.case_row_id = case_start.case_row_id
    where case_start.started_at is not null
),

numbered as (
    select
        case_row_id,
        started_at,
        as_of,
        from_at,
        until_at,
        status,
        is_solved,
        sum(is_turn) over (partition by case_row_id order by from_at rows between unbounded preceding and current row) as turn_no
    from marked
),

stretches as (
    select
        case_row_id,
        started_at,
        as_of,
        greatest(min(from_at), started_at) as solved_at,
        min(from_at) < started_at as is_before,
        case when count(until_at) = count(*) then max(until_at) end as until_at,
        min(case when status = 'closed' then greatest(from_at, started_at) end) as closed_at
    from numbered
    where is_solved
    group by case_row_id, started_at, as_of, turn_no
),

lasting as (
    select
        stretches.case_row_id,
        stretches.solved_at,
        stretches.until_at,
        stretches.is_before,
        case
            when stretches.closed_at is not null
                and stretches.closed_at <= stretches.solved_at + promise_setting.final_after_seconds * interval '1' second
                then stretches.closed_at
            when stretches.solved_at + promise_setting.final_after_seconds * interval '1' second
                <= coalesce(stretches.until_at, stretches.as_of)
                then stretches.solved_at + promise_setting.final_after_seconds * interval '1' second
        end as final_at
    from stretches
    cross join promise_setting
    where stretches.until_at is null or stretches.until_at > stretches.started_at
),

ranked as (
    select
        case_row_id,
        solved_at,
        until_at,
        is_before,
        final_at,
        min(case when not is_before and (final_at is not null or until_at is null) then solved_at end) over (
            partition by case_row_id
        ) as standing_at
    from lasting
)

select
    case_row_id,
    min(case when not is_before then solved_at end) as first_solved_at,
    min(standing_at) as solved_at,
    min(case when not is_before and solved_at = standing_at then final_at end) as final_at,
    max(case when until_at is null then solved_at end) as still_solved_at,
    max(
        case when (not is_before or until_at is not null) and (standing_at is null or solved_at < standing_at) then 1 else 0 end
    ) = 1 as was_reopened,
    max(case when is_before then 1 else 0 end) = 1 as begins_solved
from ranked
group by case_row_id
