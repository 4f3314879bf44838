-- One row per dimension that may be split or filtered by; sensitive ones never may.
--
-- grain: dimension_id
-- reads: dimension
select
    dimension_id,
    label,
    kind,
    column_name,
    sort_no,
    most_values
from dimension
where not is_sensitive
order by sort_no, dimension_id
