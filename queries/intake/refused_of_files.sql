-- What became of each file's records: how many were refused, and how many rows were read of its primary block.
select
    file_id,
    cast(sum(rejected) as bigint) as refused,
    cast(coalesce(sum(loaded_new + loaded_updated + duplicates) filter (where is_primary), 0) as bigint) as read
from ledger
group by file_id
