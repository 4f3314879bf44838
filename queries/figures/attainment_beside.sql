-- One row per clock that may stand beside the promises kept and broken in a period, or was closed unanswered, with what tells which.
--
-- grain: clock_id
-- reads: selected_rows
-- takes: ends_at, by_decision
-- note:  stands for attainment_row where only these are counted: nearly all there is was decided before the period's end, and is left out
--        before it is read; so is, by decision, what was not in force before it
select
    clock_no,
    split_1,
    split_2,
    state,
    is_decided,
    was_kept,
    in_force_at,
    decided_at,
    fulfilled_at,
    ended_at,
    happened_at
from selected_rows
where (not $by_decision or in_force_at < $ends_at) and (decided_at is null or ($by_decision and decided_at >= $ends_at))
union all
select
    clock_no,
    split_1,
    split_2,
    state,
    is_decided,
    was_kept,
    in_force_at,
    decided_at,
    fulfilled_at,
    ended_at,
    happened_at
from selected_rows
where state = 'closed_unanswered' and (not $by_decision or decided_at < $ends_at) and decided_at is not null
