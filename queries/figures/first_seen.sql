-- One row per group of a split: when its first row is dated, the earliest first.
--
-- grain: split_1
-- reads: selected_rows
select
    split_1 as name,
    min(happened_at) as first_at
from selected_rows
group by split_1
order by first_at nulls last, name
