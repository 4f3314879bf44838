-- One row per look at a clock of a case or a detractor: the open time it has used, when it stood still, and when it is due.
--
-- grain:     wait_no, look_no
-- reads:     clock_rule, clock_span, clock_version, open_bucket, open_step
-- dated by:  started_at
-- judged by: cases, case_events
-- kept:      no
-- note:      paused_in_time_seconds: what it stood still before its time was used up. Open seconds up to an instant, and back from open
--            seconds to the instant, are one equality join each. While time stands still there is no due_at. Solved in the very second in which the time is used up and opened again, it is due when it is opened: rare,
--            and looked up for those only. What a look is of goes along: joining it again would cost more
with plain as (
    select
        clock_version.wait_no,
        clock_version.look_no,
        clock_version.rule_no,
        clock_version.target_seconds,
        clock_version.version,
        clock_version.subject_no,
        clock_version.occurrence,
        clock_version.started_at,
        clock_version.in_force_at,
        clock_version.superseded_at,
        clock_version.fulfilled_at,
        clock_version.ended_at,
        clock_version.final_at,
        clock_version.looked_at,
        clock_version.is_lasting,
        clock_version.is_only,
        clock_version.is_early,
        clock_version.is_void,
        clock_version.needs_spans,
        clock_version.as_of,
        clock_rule.calendar,
        date_diff(
            'second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', clock_version.started_at)
        ) as start_second,
        date_diff(
            'second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', clock_version.looked_at)
        ) as looked_second
    from clock_version
    inner join clock_rule
        on clock_version.rule_no = clock_rule.rule_no
    where not clock_version.needs_spans and clock_version.untold is null
),

counted as (
    select
        plain.wait_no,
        plain.look_no,
        plain.rule_no,
        plain.target_seconds,
        plain.version,
        plain.subject_no,
        plain.occurrence,
        plain.started_at,
        plain.in_force_at,
        plain.superseded_at,
        plain.fulfilled_at,
        plain.ended_at,
        plain.final_at,
        plain.looked_at,
        plain.is_lasting,
        plain.is_only,
        plain.is_early,
        plain.is_void,
        plain.needs_spans,
        plain.as_of,
        plain.calendar,
        begun.seconds_before + greatest(0, least(plain.start_second, begun.closes_at) - begun.opens_at) as open_at_start,
        looked.seconds_before + greatest(0, least(plain.looked_second, looked.closes_at) - looked.opens_at) as open_at_end
    from plain
    inner join open_step as begun
        on plain.calendar = begun.calendar
        and plain.start_second // 86400 = begun.day_number
        and plain.start_second >= begun.from_at and plain.start_second < begun.until_at
    inner join open_step as looked
        on plain.calendar = looked.calendar
        and plain.looked_second // 86400 = looked.day_number
        and plain.looked_second >= looked.from_at and plain.looked_second < looked.until_at
),

summed as (
    select
        wait_no,
        look_no,
        cast(sum(case when is_running then open_seconds else 0 end) as bigint) as open_seconds,
        cast(sum(case when not is_running and not is_solved then until_second - from_second else 0 end) as bigint) as paused_seconds,
        cast(sum(case when not is_running and not is_solved then open_seconds else 0 end) as bigint) as paused_open_seconds,
        cast(
            sum(case when not is_running and not is_solved and used_before < target_seconds then until_second - from_second else 0 end) as bigint
        ) as paused_in_time_seconds,
        max(case when is_last then open_from end) as open_at_end,
        max(case when is_last and not is_running then 1 else 0 end) = 1 as ends_still,
        max(
            case
                when is_running and used_before < target_seconds and used_before + open_seconds >= target_seconds
                    then open_from + target_seconds - used_before
            end
        ) as crossed_open
    from clock_span
    group by wait_no, look_no
),

used_up_when_solved as (
    select
        clock_span.wait_no,
        clock_span.look_no,
        clock_span.until_second as solved_second
    from clock_span
    inner join clock_span as following
        on clock_span.wait_no = following.wait_no
        and clock_span.look_no = following.look_no
        and clock_span.span_no + 1 = following.span_no
    where clock_span.is_running
        and following.is_solved
        and clock_span.used_before < clock_span.target_seconds
        and clock_span.used_before + clock_span.open_seconds = clock_span.target_seconds
),

opened_again as (
    select
        used_up_when_solved.wait_no,
        used_up_when_solved.look_no,
        used_up_when_solved.solved_second,
        min(
            case
                when clock_span.is_running and clock_span.used_before >= clock_span.target_seconds then clock_span.from_second
            end
        ) as resumed_second
    from used_up_when_solved
    inner join clock_span
        on used_up_when_solved.wait_no = clock_span.wait_no and used_up_when_solved.look_no = clock_span.look_no
    group by used_up_when_solved.wait_no, used_up_when_solved.look_no, used_up_when_solved.solved_second
),

used as (
    select
        wait_no,
        look_no,
        rule_no,
        target_seconds,
        version,
        subject_no,
        occurrence,
        started_at,
        in_force_at,
        superseded_at,
        fulfilled_at,
        ended_at,
        final_at,
        looked_at,
        is_lasting,
        is_only,
        is_early,
        is_void,
        needs_spans,
        as_of,
        calendar,
        open_at_end - open_at_start as open_seconds,
        cast(0 as bigint) as paused_seconds,
        cast(0 as bigint) as paused_open_seconds,
        cast(0 as bigint) as paused_in_time_seconds,
        false as is_still,
        open_at_start + target_seconds as due_open
    from counted
    union all
    select
        clock_version.wait_no,
        clock_version.look_no,
        clock_version.rule_no,
        clock_version.target_seconds,
        clock_version.version,
        clock_version.subject_no,
        clock_version.occurrence,
        clock_version.started_at,
        clock_version.in_force_at,
        clock_version.superseded_at,
        clock_version.fulfilled_at,
        clock_version.ended_at,
        clock_version.final_at,
        clock_version.looked_at,
        clock_version.is_lasting,
        clock_version.is_only,
        clock_version.is_early,
        clock_version.is_void,
        clock_version.needs_spans,
        clock_version.as_of,
        clock_rule.calendar,
        summed.open_seconds,
        summed.paused_seconds,
        summed.paused_open_seconds,
        summed.paused_in_time_seconds,
        summed.ends_still and clock_version.fulfilled_at is null and clock_version.ended_at is null as is_still,
        coalesce(
            summed.crossed_open,
            case
                when not summed.ends_still or clock_version.fulfilled_at is not null or clock_version.ended_at is not null
                    then summed.open_at_end + clock_version.target_seconds - summed.open_seconds
            end
        ) as due_open
    from clock_version
    inner join summed
        on clock_version.wait_no = summed.wait_no and clock_version.look_no = summed.look_no
    inner join clock_rule
        on clock_version.rule_no = clock_rule.rule_no
),

due as (
    select
        used.wait_no,
        used.look_no,
        used.rule_no,
        used.target_seconds,
        used.version,
        used.subject_no,
        used.occurrence,
        used.started_at,
        used.in_force_at,
        used.superseded_at,
        used.fulfilled_at,
        used.ended_at,
        used.final_at,
        used.looked_at,
        used.is_lasting,
        used.is_only,
        used.is_early,
        used.is_void,
        used.needs_spans,
        used.as_of,
        cast(used.open_seconds as bigint) as open_seconds,
        used.paused_seconds,
        used.paused_open_seconds,
        used.paused_in_time_seconds,
        used.is_still,
        timestamp '1970-01-01' + (open_bucket.opens_at + used.due_open - open_bucket.seconds_before) * interval '1' second as due_at
    from used
    left join open_bucket
        on used.calendar = open_bucket.calendar
        and (used.due_open - 1) // 14400 = open_bucket.bucket
        and used.due_open > open_bucket.seconds_before
        and used.due_open <= open_bucket.seconds_after
)

select
    due.wait_no,
    due.look_no,
    due.rule_no,
    due.target_seconds,
    due.version,
    due.subject_no,
    due.occurrence,
    due.started_at,
    due.in_force_at,
    due.superseded_at,
    due.fulfilled_at,
    due.ended_at,
    due.final_at,
    due.looked_at,
    due.is_lasting,
    due.is_only,
    due.is_early,
    due.is_void,
    due.needs_spans,
    due.as_of,
    due.open_seconds,
    due.paused_seconds,
    due.paused_open_seconds,
    due.paused_in_time_seconds,
    due.is_still,
    case
        when due.due_at = timestamp '1970-01-01' + opened_again.solved_second * interval '1' second
            and (due.fulfilled_at is null or due.fulfilled_at <> due.due_at)
            then coalesce(timestamp '1970-01-01' + opened_again.resumed_second * interval '1' second, due.fulfilled_at)
        else due.due_at
    end as due_at
from due
left join opened_again
    on due.wait_no = opened_again.wait_no and due.look_no = opened_again.look_no
