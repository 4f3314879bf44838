-- One row per version of a clock, and per look at it: when something else was promised, if so, and when its wait ended, or at as_of.
--
-- grain:     wait_no, look_no
-- reads:     clock_promise, clock_rule, clock_wait
-- dated by:  started_at
-- judged by: cases, case_events
-- kept:      no
-- note:      every version measures from the start of the wait. Something else promised ends it only if it is not decided by then; in
--            one second the wait ends first. Where its time may stand still and no history tells when, the wait is untold. look_no is
--            twice the version, and one more for the early look
with met as (
    select
        clock_wait.wait_no,
        clock_wait.subject_no,
        clock_wait.occurrence,
        clock_wait.started_at,
        clock_wait.fulfilled_at,
        clock_wait.ended_at,
        clock_wait.final_at,
        clock_wait.is_lasting,
        clock_wait.was_reopened,
        coalesce(clock_wait.untold, case when clock_wait.lacks_history then 'needs case events' end) as untold,
        clock_wait.has_history,
        clock_wait.is_void,
        clock_wait.as_of,
        clock_promise.rule_no,
        clock_rule.target_seconds,
        clock_rule.is_pausing,
        clock_promise.is_only,
        greatest(clock_promise.from_at, clock_wait.started_at) as in_force_at,
        case when clock_promise.until_at <= clock_wait.as_of then clock_promise.until_at end as superseded_at
    from clock_wait
    inner join clock_promise
        on clock_wait.subject_no = clock_promise.subject_no
        and clock_wait.promise_no = clock_promise.promise_no
        and clock_promise.from_at <= clock_wait.as_of
        and (clock_promise.until_at is null or clock_promise.until_at > clock_wait.started_at)
    inner join clock_rule
        on clock_promise.rule_no = clock_rule.rule_no
    where clock_promise.from_at <= clock_wait.started_at
        or clock_promise.from_at < coalesce(
            case when clock_wait.is_lasting then clock_wait.final_at else coalesce(clock_wait.fulfilled_at, clock_wait.ended_at) end,
            timestamp '9999-01-01'
        )
),

numbered as (
    select
        wait_no, subject_no, occurrence, started_at, fulfilled_at, ended_at, final_at, is_lasting, was_reopened, untold, has_history,
        is_void, as_of, rule_no, target_seconds, in_force_at, superseded_at,
        row_number() over (partition by wait_no order by in_force_at) as version,
        lag(superseded_at, 1, timestamp '1000-01-01') over (partition by wait_no order by in_force_at) as rule_from,
        max(case when is_pausing then 1 else 0 end) over (partition by wait_no) = 1 as is_pausing
    from met
    where not is_only
)

select
    wait_no, 2 as look_no, 1 as version, false as is_early, true as is_only, subject_no, rule_no,
    cast(occurrence as integer) as occurrence, target_seconds, started_at, in_force_at, superseded_at,
    timestamp '1000-01-01' as rule_from,
    fulfilled_at, ended_at, final_at,
    coalesce(fulfilled_at, ended_at, as_of) as looked_at,
    is_lasting, is_void,
    is_pausing or was_reopened as needs_spans,
    coalesce(untold, case when is_pausing and not has_history then 'needs case events' end) as untold,
    as_of
from met
where is_only
union all
select
    wait_no, cast(2 * version as integer) as look_no, cast(version as integer) as version, false as is_early, false as is_only,
    subject_no, rule_no,
    cast(occurrence as integer) as occurrence, target_seconds, started_at, in_force_at, superseded_at, rule_from,
    fulfilled_at, ended_at, final_at,
    coalesce(fulfilled_at, ended_at, as_of) as looked_at,
    is_lasting, is_void,
    is_pausing or was_reopened as needs_spans,
    coalesce(untold, case when is_pausing and not has_history then 'needs case events' end) as untold,
    as_of
from numbered
union all
select
    wait_no, cast(2 * version + 1 as integer) as look_no, cast(version as integer) as version, true as is_early, false as is_only,
    subject_no, rule_no,
    cast(occurrence as integer) as occurrence, target_seconds, started_at, in_force_at, superseded_at, rule_from,
    case when fulfilled_at <= superseded_at then fulfilled_at end as fulfilled_at,
    case when ended_at <= superseded_at then ended_at end as ended_at,
    final_at,
    case
        when fulfilled_at <= superseded_at then fulfilled_at
        when ended_at <= superseded_at then ended_at
        else superseded_at
    end as looked_at,
    is_lasting, is_void,
    is_pausing or was_reopened as needs_spans,
    coalesce(untold, case when is_pausing and not has_history then 'needs case events' end) as untold,
    as_of
from numbered
where superseded_at is not null
