-- The rejected rows by file and reason, with the first of each.
select
    file_id,
    any_value(file_name) as file_name,
    entity,
    column_name,
    reason,
    count(*) as rows,
    min(source_line) as first_line,
    arg_min(value, source_line) as first_value
from rejected_rows
group by file_id, entity, column_name, reason
order by file_name, first_line
