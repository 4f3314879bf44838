-- One row per cohort and group: the longest silence after which one of its customers may still come back.
--
-- grain: cohort, split_1
-- reads: selected_rows
-- takes: starts_at, ends_at (of becoming a customer), unit, shift, zone (see cohort_cells)
select
    cast(date_trunc($unit, cast(first_at at time zone 'UTC' at time zone $zone as date) + $shift) as date) - $shift as cohort,
    split_1,
    max(lapse_after_days) as lapse_after_days
from selected_rows
where first_at >= $starts_at and first_at < $ends_at
group by all
