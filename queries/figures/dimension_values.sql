-- One row per value that a dimension takes on a metric's rows, the most frequent first.
--
-- grain: split_1
-- reads: selected_rows
-- takes: most
select
    split_1 as name,
    count(distinct customer_id) as customers
from selected_rows
group by split_1
order by customers desc, name
limit $most
