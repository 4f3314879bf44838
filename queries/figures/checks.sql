-- One row per check of the data: how many rows break it.
--
-- grain: check_id
-- reads: check_result
select
    check_id,
    severity,
    sentence,
    rows
from check_result
order by case severity when 'error' then 1 when 'warning' then 2 else 3 end, check_id
