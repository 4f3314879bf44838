-- One row per reason why nobody can tell whether promises begun in the period are kept, with how many there are.
--
-- grain: reason
-- reads: selected_rows
-- takes: starts_at, ends_at
select
    reason,
    count(*) as n
from selected_rows
where is_counted and happened_at >= $starts_at and happened_at < $ends_at
group by reason
order by n desc, reason
