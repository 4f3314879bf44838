-- One row: how many rows a metric has at all, of how many the customer is known, and from when to when.
--
-- grain: one row
-- reads: selected_rows
select
    count(*) as n,
    count(*) filter (where is_identified) as identified,
    min(happened_at) as first_at,
    max(happened_at) as last_at
from selected_rows
