-- One row per record that was refused: its file, its place there, the column and what it told, and why; the newest file first.
--
-- grain: file_id, block, source_line
-- reads: files, rejected_rows
-- takes: source, file (its name or its id; both null: all), reason with column_name and is_empty (null: all), most, skipped
-- note:  what it told is masked before anybody sees it
select
    rejected_rows.file_id,
    rejected_rows.file_name,
    files.source,
    files.staged_at as loaded_at,
    rejected_rows.block,
    rejected_rows.entity,
    rejected_rows.source_line,
    rejected_rows.column_name,
    rejected_rows.value,
    rejected_rows.reason
from rejected_rows
inner join files on rejected_rows.file_id = files.file_id
where
    ($source is null or files.source = $source)
    and ($file is null or rejected_rows.file_name = $file or rejected_rows.file_id = $file)
    and (
        $reason is null
        or (
            rejected_rows.reason = $reason
            and rejected_rows.column_name is not distinct from $column_name
            and (coalesce(trim(rejected_rows.value), '') = '') = $is_empty
        )
    )
order by files.loaded_order desc, rejected_rows.source_line, rejected_rows.block
limit $most offset $skipped
