-- One row per row of a metric that happened in a stretch of time: a number that tells what it is, whose, when and of what worth.
--
-- grain: none
-- reads: selected_rows
-- takes: starts_at, ends_at, shown (the columns that the number is made of)
-- note:  laid beside the numbers of another snapshot it tells which rows have to be looked at, and no more
select hash(*columns(lambda name: list_contains($shown, name))) as mark
from selected_rows
where happened_at >= $starts_at and happened_at < $ends_at
