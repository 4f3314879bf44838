-- One row per customer about whom something may be foretold: how often, when last and since when they bought.
--
-- grain: customer_id
-- reads: selected_rows
-- note:  who objects to profiling is left out here, whatever a definition counts
select
    customer_id,
    split_1,
    is_identified,
    repeats,
    recency_days,
    age_days
from selected_rows
where not has_objected
order by customer_id
