-- What arrived of one entity, for the ledger.
insert into block_counts
select
    file_id,
    source,
    block,
    block_number,
    is_primary,
    $entity as entity,
    became,
    count(*) as rows
from ranked_rows
group by file_id, source, block, block_number, is_primary, became;

insert into record_status
select
    file_id,
    source_line,
    became
from ranked_rows
where counts_by_record
