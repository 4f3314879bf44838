-- One row: how many of the selected customers object to profiling.
--
-- grain: one row
-- reads: selected_rows
select
    count(distinct account_id) as accounts
from selected_rows
where has_objected
