-- One row per promise that runs and is not broken: of the past promises like it that were still open at this elapsed share, how many broke.
--
-- grain: clock_id
-- reads: selected_rows, fct_promise
-- takes: since (past promises decided before it are left out; null: all)
-- note:  like it: of the same promise and priority. Elapsed share: open time used of the target. A past promise was still open at a share
--        when it had used as much, or more, by the time it was kept, or by its end; one that ran out of time was open at every share before
with runs as (
    select
        *,
        open_seconds / target_seconds as elapsed
    from selected_rows
    where target_seconds > 0 and state not in ('broken_open', 'broken_paused')
),

past as (
    select
        promise,
        priority,
        case when state = 'closed_unanswered' or was_kept then least(1, open_seconds / target_seconds) else 1 end as elapsed,
        not was_kept as is_broken
    from fct_promise
    where is_decided and target_seconds > 0 and ($since is null or decided_at >= $since)
),

lined as (
    select promise, priority, elapsed, 1 as is_past, cast(is_broken as integer) as is_broken, null as clock_id
    from past
    union all
    select promise, priority, elapsed, 0 as is_past, 0 as is_broken, clock_id
    from runs
),

counted as (
    select
        clock_id,
        sum(is_past) over later as past_clocks,
        sum(is_broken) over later as past_broken
    from lined
    window later as (partition by promise, priority order by elapsed desc range between unbounded preceding and current row)
)

select
    runs.*,
    cast(counted.past_clocks as bigint) as past_clocks,
    cast(counted.past_broken as bigint) as past_broken
from runs
inner join counted on runs.clock_id = counted.clock_id
