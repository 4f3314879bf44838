-- One row per clock of a case or a detractor, with its state at as_of.
--
-- grain:     wait_no, version
-- reads:     clock_timed
-- dated by:  started_at
-- judged by: cases, case_events
-- kept:      no
-- note:      at the due time itself it is still kept; it is at risk with a fifth of its target, or a quarter of an hour, left. A clock not
--            decided when something else is promised is superseded; a decided one has no further version. look_no is the look that told.
--            The clocks of one case lie together: what fct_promise writes beside them then is alike from row to row, and cheaper to keep
with looked as (
    select
        wait_no,
        look_no,
        version,
        subject_no,
        rule_no,
        occurrence,
        target_seconds,
        started_at,
        in_force_at,
        superseded_at,
        fulfilled_at,
        ended_at,
        looked_at,
        is_lasting,
        is_only,
        is_early,
        is_void,
        needs_spans,
        as_of,
        open_seconds,
        paused_seconds,
        paused_open_seconds,
        paused_in_time_seconds,
        is_still,
        due_at,
        case
            when fulfilled_at <= due_at and is_lasting then final_at
            when fulfilled_at <= due_at then fulfilled_at
            when ended_at is not null then least(ended_at, due_at)
            when is_early and due_at <= superseded_at then due_at
            when not is_early and due_at <= as_of then due_at
        end as settled_at
    from clock_timed
),

undecided as (
    select wait_no, version
    from looked
    where is_early and (settled_at is null or settled_at > superseded_at)
),

chosen as (
    select
        looked.wait_no, look_no, looked.version, subject_no, rule_no, occurrence, target_seconds, started_at, in_force_at, superseded_at,
        fulfilled_at, ended_at, looked_at, is_lasting, is_early, is_void, needs_spans, as_of, open_seconds, paused_seconds, paused_open_seconds,
        paused_in_time_seconds, is_still, due_at, settled_at
    from looked
    left join undecided
        on looked.wait_no = undecided.wait_no and looked.version = undecided.version
    where not looked.is_only and looked.is_early = (undecided.wait_no is not null)
),

chained as (
    select
        wait_no, look_no, version, subject_no, rule_no, occurrence, target_seconds, started_at, in_force_at, superseded_at,
        fulfilled_at, ended_at, looked_at, is_lasting, is_early, is_void, needs_spans, as_of, open_seconds, paused_seconds, paused_open_seconds,
        paused_in_time_seconds, is_still, due_at, settled_at,
        case
            when lead(in_force_at) over (partition by wait_no order by version) = superseded_at
                then lead(target_seconds) over (partition by wait_no order by version)
        end as next_target,
        min(case when not is_early then version end) over (partition by wait_no) as last_version
    from chosen
    union all
    select
        wait_no, look_no, version, subject_no, rule_no, occurrence, target_seconds, started_at, in_force_at, superseded_at,
        fulfilled_at, ended_at, looked_at, is_lasting, is_early, is_void, needs_spans, as_of, open_seconds, paused_seconds, paused_open_seconds,
        paused_in_time_seconds, is_still, due_at, settled_at,
        cast(null as bigint) as next_target,
        1 as last_version
    from looked
    where is_only
)

select
    wait_no,
    look_no,
    version,
    wait_no * 1000 + version as clock_no,
    subject_no,
    rule_no,
    occurrence,
    started_at,
    in_force_at,
    due_at,
    case when not is_early then fulfilled_at end as fulfilled_at,
    case when is_early then superseded_at else ended_at end as ended_at,
    case when is_early or fulfilled_at is not null or ended_at is not null then looked_at end as stopped_at,
    case
        when is_early then cast(null as timestamp)
        when settled_at < in_force_at then in_force_at
        else settled_at
    end as settled_at,
    is_early
    and fulfilled_at is null
    and (target_seconds - open_seconds) * 5 <= target_seconds
    and coalesce(next_target > target_seconds, true) as loosened_late,
    open_seconds,
    paused_seconds,
    paused_open_seconds,
    paused_in_time_seconds,
    as_of,
    needs_spans as has_spans,
    case
        when is_early then 'superseded'
        when is_void then 'void'
        when fulfilled_at <= due_at then 'kept'
        when fulfilled_at > due_at then 'broken_closed'
        when ended_at is not null then 'closed_unanswered'
        when due_at <= as_of and is_still then 'broken_paused'
        when due_at <= as_of then 'broken_open'
        when is_still then 'paused'
        when target_seconds - open_seconds <= 900 or (target_seconds - open_seconds) * 5 <= target_seconds then 'at_risk'
        else 'open'
    end as state
from chained
where last_version is null or version <= last_version
order by wait_no, version
