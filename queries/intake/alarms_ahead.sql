-- How many rows of each file are dated after the last load of their source.
select
    row_ahead.entity,
    row_ahead.source,
    files.file_id,
    files.file_name,
    count(*) as rows
from row_ahead
inner join files on row_ahead.file_id = files.file_id
inner join known_until on row_ahead.source = known_until.source
where row_ahead.dated_at > known_until.loaded_at
group by row_ahead.entity, row_ahead.source, files.file_id, files.file_name, files.loaded_order
order by files.loaded_order, row_ahead.entity, row_ahead.source
