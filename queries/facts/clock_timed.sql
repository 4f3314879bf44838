-- One row per look at a clock of a case or a detractor: the open time it has used, when it stood still, and when it is due.
--
-- grain:     wait_no, look_no
-- reads:     clock_rule, clock_span, clock_version, open_bucket, open_step
-- dated by:  started_at
-- judged by: cases, case_events
-- note:      open seconds up to an instant, and back from open seconds to the instant, are one equality join each. While time stands still
--            there is no due_at. Solved in the very second in which the time is used up and opened again, it is due when it is opened
with plain as (
    select
        clock_version.wait_no,
        clock_version.look_no,
        clock_rule.calendar,
        clock_version.target_seconds,
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
        plain.calendar,
        plain.target_seconds,
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

aimed as (
    select
        wait_no,
        look_no,
        rule_no,
        target_seconds,
        case when fulfilled_at is not null or ended_at is not null then 1 else 0 end as is_over,
        date_diff('second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', fulfilled_at)) as fulfilled_second
    from clock_version
    where needs_spans and untold is null
),

summed as (
    select
        clock_span.wait_no,
        clock_span.look_no,
        aimed.rule_no,
        aimed.target_seconds,
        cast(sum(case when clock_span.is_running then clock_span.open_seconds else 0 end) as bigint) as open_seconds,
        cast(sum(
            case
                when not clock_span.is_running and not clock_span.is_solved then clock_span.until_second - clock_span.from_second
                else 0
            end
        ) as bigint) as paused_seconds,
        cast(sum(
            case when not clock_span.is_running and not clock_span.is_solved then clock_span.open_seconds else 0 end
        ) as bigint) as paused_open_seconds,
        max(case when clock_span.is_last then clock_span.open_from end) as open_at_end,
        max(case when clock_span.is_last and not clock_span.is_running then 1 else 0 end) = 1
        and max(aimed.is_over) = 0 as is_still,
        max(
            case
                when clock_span.is_running
                    and clock_span.used_before < aimed.target_seconds
                    and clock_span.used_before + clock_span.open_seconds >= aimed.target_seconds
                    then clock_span.open_from + aimed.target_seconds - clock_span.used_before
            end
        ) as crossed_open,
        max(
            case
                when clock_span.is_running and clock_span.is_solved_next
                    and clock_span.used_before < aimed.target_seconds
                    and clock_span.used_before + clock_span.open_seconds = aimed.target_seconds
                    and (aimed.fulfilled_second is null or clock_span.until_second <> aimed.fulfilled_second)
                    then clock_span.until_second
            end
        ) as solved_second,
        max(aimed.fulfilled_second) as fulfilled_second,
        min(
            case when clock_span.is_running and clock_span.used_before >= aimed.target_seconds then clock_span.from_second end
        ) as resumed_second
    from clock_span
    inner join aimed
        on clock_span.wait_no = aimed.wait_no and clock_span.look_no = aimed.look_no
    group by clock_span.wait_no, clock_span.look_no, aimed.rule_no, aimed.target_seconds
),

used as (
    select
        wait_no,
        look_no,
        calendar,
        open_at_end - open_at_start as open_seconds,
        cast(0 as bigint) as paused_seconds,
        cast(0 as bigint) as paused_open_seconds,
        false as is_still,
        open_at_start + target_seconds as due_open,
        cast(null as bigint) as solved_second,
        cast(null as bigint) as resumed_second
    from counted
    union all
    select
        summed.wait_no,
        summed.look_no,
        clock_rule.calendar,
        summed.open_seconds,
        summed.paused_seconds,
        summed.paused_open_seconds,
        summed.is_still,
        coalesce(
            summed.crossed_open,
            case when not summed.is_still then summed.open_at_end + summed.target_seconds - summed.open_seconds end
        ) as due_open,
        summed.solved_second,
        coalesce(summed.resumed_second, summed.fulfilled_second) as resumed_second
    from summed
    inner join clock_rule
        on summed.rule_no = clock_rule.rule_no
)

select
    used.wait_no,
    used.look_no,
    cast(used.open_seconds as bigint) as open_seconds,
    used.paused_seconds,
    used.paused_open_seconds,
    used.is_still,
    timestamp '1970-01-01' + case
        when due.opens_at + used.due_open - due.seconds_before = used.solved_second then used.resumed_second
        else due.opens_at + used.due_open - due.seconds_before
    end * interval '1' second as due_at
from used
left join open_bucket as due
    on used.calendar = due.calendar
    and (used.due_open - 1) // 14400 = due.bucket
    and used.due_open > due.seconds_before
    and used.due_open <= due.seconds_after
