-- One row per clock that has a part in a period: kept, broken (of which closed unanswered), undecided, provisional, void, superseded.
--
-- grain: clock_id
-- reads: attainment_row
-- takes: starts_at, ends_at, by_decision (as decided in the period; else every clock whose case falls into it, as things are now)
-- note:  decided in the period means kept or broken. By decision the others are told as they stood just before the period's end: what
--        was in force, not called off, and neither kept nor broken; a replaced clock counts in the period in which it was replaced, one
--        that was called off in the period in which it began. A clock may be undecided and provisional
with judged as (
    select
        *,
        happened_at >= $starts_at and happened_at < $ends_at as is_dated,
        state = 'void' as is_void,
        state = 'superseded' as is_superseded
    from attainment_row
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
)

select
    * exclude (is_dated, is_void, is_superseded),
    is_counted and was_kept as is_kept,
    is_counted and not was_kept as is_broken,
    is_counted and state = 'closed_unanswered' as is_unanswered,
    coalesce(is_undecided and fulfilled_at < $ends_at, false) as is_not_final
from placed
where is_counted or is_undecided or is_called_off or is_replaced
