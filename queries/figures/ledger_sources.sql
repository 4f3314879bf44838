-- One row per source: how many files were taken in, from when to when, and what became of their records in all.
--
-- grain: source
-- reads: files, ledger
-- note:  counted by each file's primary rows; a file that feeds several sources stands under "several"
select
    files.source,
    count(distinct files.file_id) as files,
    min(files.staged_at) as first_loaded_at,
    max(files.staged_at) as last_loaded_at,
    cast(coalesce(sum(ledger.records), 0) as bigint) as records,
    cast(coalesce(sum(ledger.loaded_new), 0) as bigint) as loaded_new,
    cast(coalesce(sum(ledger.loaded_updated), 0) as bigint) as loaded_updated,
    cast(coalesce(sum(ledger.rejected), 0) as bigint) as rejected,
    cast(coalesce(sum(ledger.duplicates), 0) as bigint) as duplicates,
    cast(coalesce(sum(ledger.removed), 0) as bigint) as removed
from files
left join ledger on files.file_id = ledger.file_id and ledger.is_primary
group by files.source
order by files.source
