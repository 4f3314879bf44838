-- One row: whether every value of a metric is a whole number that fits into a byte.
--
-- grain: one row
-- reads: selected_rows
select coalesce(bool_and(value is null or coalesce(try_cast(value as tinyint) = value, false)), true) as is_whole
from selected_rows
