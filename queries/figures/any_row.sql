-- One row: whether a metric has any row at all.
--
-- grain: one row
-- reads: selected_rows
select count(*) > 0 as is_there
from (
    select happened_at
    from selected_rows
    limit 1
) as first_row
