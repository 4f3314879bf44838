-- One row per clock that has a part in a period, also if it is that its time stood still at the end: see attainment_placed.
--
-- grain: clock_id
-- reads: attainment_halted, attainment_placed
-- takes: starts_at, ends_at, by_decision
-- note:  a clock is paused beside being undecided; one that is fulfilled, though not for good, no longer stands still
select
    attainment_placed.*,
    attainment_placed.is_undecided
    and attainment_halted.clock_no is not null
    and (attainment_placed.fulfilled_at is null or attainment_placed.fulfilled_at >= $ends_at) as is_halted
from attainment_placed
left join attainment_halted on attainment_placed.clock_no = attainment_halted.clock_no
