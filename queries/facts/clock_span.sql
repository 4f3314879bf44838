-- One row per look at a clock whose time may stand still and stretch of one status, with the open time in it and before it.
--
-- grain:     wait_no, look_no, from_second
-- reads:     case_status, clock_rule, clock_subject, clock_version, open_step, promise_pause
-- dated by:  none
-- kept:      no
-- note:      seconds since 1970. The last row has no length: it says how things stand when the clock is looked at. The pauses are those
--            of the policy in force at the time; before the first one came into force, and between two, of the next
with looked as (
    select
        clock_version.wait_no,
        clock_version.look_no,
        clock_version.subject_no,
        clock_version.rule_no,
        clock_rule.calendar,
        clock_version.version,
        clock_version.target_seconds,
        clock_version.started_at,
        clock_version.looked_at,
        clock_version.is_lasting or clock_rule.promise = 'first_resolution' as is_solution,
        clock_version.is_only
    from clock_version
    inner join clock_rule
        on clock_version.rule_no = clock_rule.rule_no
    where clock_version.needs_spans and clock_version.untold is null
),

course as (
    select
        clock_subject.subject_no,
        case_status.from_at,
        case_status.until_at,
        case_status.status,
        case_status.is_solved
    from case_status
    inner join clock_subject
        on clock_subject.subject_kind = 'case' and case_status.case_row_id = clock_subject.subject_id
),

pausing as (
    select
        clock_rule.rule_no,
        promise_pause.status
    from clock_rule
    inner join promise_pause
        on clock_rule.promise = promise_pause.promise and clock_rule.policy = promise_pause.policy
),

stretch as (
    select
        looked.wait_no,
        looked.look_no,
        looked.version,
        looked.rule_no,
        looked.calendar,
        looked.target_seconds,
        looked.looked_at,
        looked.is_only,
        looked.is_solution and course.is_solved as is_solved,
        course.status,
        greatest(course.from_at, looked.started_at) as from_at,
        least(coalesce(course.until_at, looked.looked_at), looked.looked_at) as until_at,
        coalesce(course.until_at > looked.looked_at, true) as is_last
    from looked
    inner join course
        on looked.subject_no = course.subject_no
    where course.from_at <= looked.looked_at
        and (course.until_at is null or course.until_at > looked.started_at)
),

ruled as (
    select wait_no, look_no, calendar, target_seconds, rule_no, status, is_solved, from_at, until_at, false as is_last
    from stretch
    where is_only and from_at < until_at
    union all
    select
        stretch.wait_no,
        stretch.look_no,
        stretch.calendar,
        stretch.target_seconds,
        rule.rule_no,
        stretch.status,
        stretch.is_solved,
        greatest(stretch.from_at, rule.rule_from) as from_at,
        least(
            stretch.until_at, case when rule.version = stretch.version then stretch.until_at else rule.superseded_at end
        ) as until_at,
        false as is_last
    from stretch
    inner join clock_version as rule
        on stretch.wait_no = rule.wait_no and rule.version <= stretch.version and not rule.is_early
    where not stretch.is_only and greatest(stretch.from_at, rule.rule_from) < least(
            stretch.until_at,
            case when rule.version = stretch.version then stretch.until_at else rule.superseded_at end
        )
    union all
    select
        stretch.wait_no,
        stretch.look_no,
        stretch.calendar,
        stretch.target_seconds,
        stretch.rule_no,
        stretch.status,
        stretch.is_solved,
        stretch.looked_at as from_at,
        stretch.looked_at as until_at,
        true as is_last
    from stretch
    where stretch.is_last
),

placed as (
    select
        ruled.wait_no,
        ruled.look_no,
        ruled.calendar,
        ruled.target_seconds,
        ruled.status,
        ruled.is_solved,
        ruled.is_last,
        not ruled.is_solved and pausing.status is null as is_running,
        date_diff('second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', ruled.from_at)) as from_second,
        date_diff('second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', ruled.until_at)) as until_second
    from ruled
    left join pausing
        on ruled.rule_no = pausing.rule_no and ruled.status = pausing.status
),

opened as (
    select
        placed.wait_no,
        placed.look_no,
        placed.target_seconds,
        placed.status,
        placed.is_solved,
        placed.is_last,
        placed.is_running,
        placed.from_second,
        placed.until_second,
        begun.seconds_before + greatest(0, least(placed.from_second, begun.closes_at) - begun.opens_at) as open_from,
        ended.seconds_before + greatest(0, least(placed.until_second, ended.closes_at) - ended.opens_at) as open_until
    from placed
    inner join open_step as begun
        on placed.calendar = begun.calendar
        and placed.from_second // 86400 = begun.day_number
        and placed.from_second >= begun.from_at and placed.from_second < begun.until_at
    inner join open_step as ended
        on placed.calendar = ended.calendar
        and placed.until_second // 86400 = ended.day_number
        and placed.until_second >= ended.from_at and placed.until_second < ended.until_at
)

select
    wait_no,
    look_no,
    cast(row_number() over (partition by wait_no, look_no order by from_second, is_last) as integer) as span_no,
    target_seconds,
    status,
    is_solved,
    is_running,
    is_last,
    from_second,
    until_second,
    open_from,
    open_until - open_from as open_seconds,
    cast(coalesce(
        sum(case when is_running then open_until - open_from else 0 end) over (
            partition by wait_no, look_no order by from_second, is_last rows between unbounded preceding and 1 preceding
        ),
        0
    ) as bigint) as used_before
from opened
