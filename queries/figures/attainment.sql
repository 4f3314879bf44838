-- One row per group: what stands beside the promises kept and broken in a period, and how many of these were closed unanswered.
--
-- grain: split_1, split_2
-- reads: attainment_clocks
-- takes: starts_at, ends_at, by_decision
select
    split_1,
    split_2,
    count(*) filter (where is_unanswered) as closed_unanswered,
    count(*) filter (where is_undecided) as undecided,
    count(*) filter (where is_halted) as paused,
    count(*) filter (where is_not_final) as provisional,
    count(*) filter (where is_called_off) as void,
    count(*) filter (where is_replaced) as superseded
from attainment_clocks
where is_unanswered or is_undecided or is_called_off or is_replaced
group by split_1, split_2
order by split_1, split_2
