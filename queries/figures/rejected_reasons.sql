-- One row per file, column and reason for which records were refused, those that told nothing apart: how many, and the first of them; the newest file first.
--
-- grain: file_id, entity, column_name, reason, is_empty
-- reads: files, rejected_rows
-- takes: source, file (its name or its id; both null: all)
-- note:  what it told is masked before anybody sees it
select
    rejected_rows.file_id,
    any_value(rejected_rows.file_name) as file_name,
    any_value(files.source) as source,
    any_value(files.staged_at) as loaded_at,
    rejected_rows.entity,
    rejected_rows.column_name,
    rejected_rows.reason,
    coalesce(trim(rejected_rows.value), '') = '' as is_empty,
    count(*) as rows,
    min(rejected_rows.source_line) as first_line,
    arg_min(rejected_rows.value, rejected_rows.source_line) as value
from rejected_rows
inner join files on rejected_rows.file_id = files.file_id
where ($source is null or files.source = $source) and ($file is null or rejected_rows.file_name = $file or rejected_rows.file_id = $file)
group by rejected_rows.file_id, rejected_rows.entity, rejected_rows.column_name, rejected_rows.reason, is_empty
order by max(files.loaded_order) desc, first_line, rejected_rows.column_name, rejected_rows.reason
