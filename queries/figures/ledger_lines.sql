-- One row per block of every file taken in, the newest file first: when it was loaded, what it held, and what became of it.
--
-- grain: file_id, block
-- reads: files, ledger
-- takes: source, file (its name or its id; both null: all)
select
    ledger.file_id,
    ledger.file_name,
    files.source,
    files.source_format,
    files.staged_at as loaded_at,
    files.loaded_order,
    files.is_full,
    files.footer_lines,
    ledger.block,
    ledger.entity,
    ledger.is_primary,
    ledger.records,
    ledger.loaded_new,
    ledger.loaded_updated,
    ledger.rejected,
    ledger.duplicates,
    ledger.removed
from ledger
inner join files on ledger.file_id = files.file_id
where ($source is null or files.source = $source) and ($file is null or ledger.file_name = $file or ledger.file_id = $file)
order by files.loaded_order desc, ledger.is_primary desc, ledger.block
