-- One row per clock that has a part in a period: kept, broken (of which closed unanswered), undecided, paused, provisional, void, superseded.
--
-- grain: clock_id
-- reads: selected_rows, fct_promise_span
-- takes: starts_at, ends_at, by_decision (as decided in the period; else every clock whose case falls into it, as things are now)
-- note:  decided in the period means kept or broken. By decision the others are told as they stood just before the period's end: what
--        was in force, not called off, and neither kept nor broken; a replaced clock counts in the period in which it was replaced, one
--        that was called off in the period in which it began. A clock may be undecided and paused, or undecided and provisional
with judged as (
    select
        *,
        happened_at >= $starts_at and happened_at < $ends_at as is_dated,
        state = 'void' as is_void,
        state = 'superseded' as is_superseded
    from selected_rows
),

placed as (
    select
        *,
        is_decided and is_dated as is_counted,
        case
            when is_void or (is_superseded and not $by_decision) then false
            when not $by_decision then is_dated and not is_decided
            else
                in_force_at < $ends_at
                and (decided_at is null or decided_at >= $ends_at)
                and (ended_at is null or ended_at >= $ends_at or not is_superseded)
        end as is_undecided,
        is_void and case when $by_decision then in_force_at >= $starts_at and in_force_at < $ends_at else is_dated end as is_called_off,
        is_superseded and case when $by_decision then ended_at >= $starts_at and ended_at < $ends_at else is_dated end as is_replaced
    from judged
),

halted as (
    select distinct clock_id
    from fct_promise_span
    where not is_running and from_at < $ends_at and (until_at is null or until_at >= $ends_at)
)

select
    placed.* exclude (is_dated, is_void, is_superseded),
    placed.is_counted and placed.was_kept as is_kept,
    placed.is_counted and not placed.was_kept as is_broken,
    placed.is_counted and placed.state = 'closed_unanswered' as is_unanswered,
    coalesce(placed.is_undecided and halted.clock_id is not null and (placed.fulfilled_at is null or placed.fulfilled_at >= $ends_at), false)
        as is_halted,
    coalesce(placed.is_undecided and placed.fulfilled_at < $ends_at, false) as is_not_final
from placed
left join halted on placed.clock_id = halted.clock_id
where placed.is_counted or placed.is_undecided or placed.is_called_off or placed.is_replaced
