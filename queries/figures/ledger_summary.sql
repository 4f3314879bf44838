-- One row: what all files held, and what became of it, counted by each file's primary rows.
--
-- grain: one row
-- reads: ledger, files
select
    count(distinct ledger.file_id) as files,
    count(distinct files.source) as sources,
    cast(coalesce(sum(ledger.records), 0) as bigint) as records,
    cast(coalesce(sum(ledger.loaded_new), 0) as bigint) as loaded_new,
    cast(coalesce(sum(ledger.loaded_updated), 0) as bigint) as loaded_updated,
    cast(coalesce(sum(ledger.rejected), 0) as bigint) as rejected,
    cast(coalesce(sum(ledger.duplicates), 0) as bigint) as duplicates,
    cast(coalesce(sum(ledger.removed), 0) as bigint) as removed
from ledger
inner join files on ledger.file_id = files.file_id
where ledger.is_primary
