-- The first record of a file that was refused.
select
    entity,
    column_name,
    value,
    reason
from rejected_rows
where file_id = $file_id
order by source_line
limit 1
