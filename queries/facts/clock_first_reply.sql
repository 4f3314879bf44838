-- One row per first reply promised in a case: when it is due by the open hours of its calendar, and the open time used and left.
--
-- grain:     clock_id
-- reads:     case_policy, case_wait, cases, open_bucket, open_step
-- dated by:  started_at
-- judged by: cases, case_events
-- note:      open seconds up to an instant, and back from open seconds to the instant, are one equality join each
with timed as (
    select
        case_policy.case_row_id,
        case_policy.calendar,
        case_policy.target_seconds,
        case_wait.started_at,
        case_wait.fulfilled_at,
        case when case_wait.fulfilled_at is null then case_wait.ended_at end as ended_at,
        case_wait.is_void,
        case_wait.as_of,
        date_diff('second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', case_wait.started_at)) as start_second,
        date_diff(
            'second',
            date_trunc('second', timestamp '1970-01-01'),
            date_trunc('second', coalesce(case_wait.fulfilled_at, case_wait.ended_at, case_wait.as_of))
        ) as stop_second
    from case_policy
    inner join case_wait
        on case_policy.case_row_id = case_wait.case_row_id
    where case_policy.promise = 'first_reply'
),

counted as (
    select
        timed.case_row_id,
        timed.calendar,
        timed.target_seconds,
        timed.started_at,
        timed.fulfilled_at,
        timed.ended_at,
        timed.is_void,
        timed.as_of,
        begun.seconds_before + greatest(0, least(timed.start_second, begun.closes_at) - begun.opens_at) as open_at_start,
        stopped.seconds_before + greatest(0, least(timed.stop_second, stopped.closes_at) - stopped.opens_at) as open_at_stop
    from timed
    inner join open_step as begun
        on timed.calendar = begun.calendar
        and timed.start_second // 86400 = begun.day_number
        and timed.start_second >= begun.from_at and timed.start_second < begun.until_at
    inner join open_step as stopped
        on timed.calendar = stopped.calendar
        and timed.stop_second // 86400 = stopped.day_number
        and timed.stop_second >= stopped.from_at and timed.stop_second < stopped.until_at
)

select
    'first_reply:' || counted.case_row_id || ':1:1' as clock_id,
    'case' as subject_kind,
    counted.case_row_id as subject_id,
    cases.case_id as subject,
    'first_reply' as promise,
    case_policy.customer_id,
    case_policy.account_id,
    counted.calendar,
    case_policy.policy,
    counted.target_seconds,
    counted.started_at,
    timestamp '1970-01-01'
    + (due.opens_at + counted.open_at_start + counted.target_seconds - due.seconds_before) * interval '1' second as due_at,
    counted.fulfilled_at,
    counted.ended_at,
    counted.is_void,
    counted.open_at_stop - counted.open_at_start as open_seconds,
    counted.as_of,
    case_policy.kind,
    case_policy.channel,
    case_policy.priority,
    case_policy.category,
    case_policy.team,
    case_policy.segment
from counted
inner join case_policy
    on counted.case_row_id = case_policy.case_row_id and case_policy.promise = 'first_reply'
inner join cases
    on counted.case_row_id = cases.row_id
inner join open_bucket as due
    on counted.calendar = due.calendar
    and (counted.open_at_start + counted.target_seconds - 1) // 14400 = due.bucket
    and counted.open_at_start + counted.target_seconds > due.seconds_before
    and counted.open_at_start + counted.target_seconds <= due.seconds_after
