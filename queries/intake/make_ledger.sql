-- One line per file and block: what arrived, and what became of it. A file whose records become lists of rows has a line
-- for its records, too: a record is rejected when one of its rows is, else new or updated when one of its rows is.
insert into ledger
with refused as (
    select
        file_id,
        block,
        any_value(entity) as entity,
        count(*) as rejected
    from rejected_rows
    group by file_id, block
),

arrived as (
    select
        file_id,
        block,
        any_value(entity) as entity,
        bool_or(is_primary) as is_primary,
        min(block_number) as block_number,
        coalesce(sum(rows) filter (where status = 'new'), 0) as loaded_new,
        coalesce(sum(rows) filter (where status = 'updated'), 0) as loaded_updated,
        coalesce(sum(rows) filter (where status = 'duplicate'), 0) as duplicates
    from block_counts
    group by file_id, block
),

of_blocks as (
    select
        coalesce(arrived.file_id, refused.file_id) as file_id,
        coalesce(arrived.block, refused.block) as block,
        coalesce(arrived.entity, refused.entity) as entity,
        coalesce(arrived.is_primary, false) as is_primary,
        coalesce(arrived.block_number, 0) as block_number,
        coalesce(arrived.loaded_new, 0) as loaded_new,
        coalesce(arrived.loaded_updated, 0) as loaded_updated,
        coalesce(refused.rejected, 0) as rejected,
        coalesce(arrived.duplicates, 0) as duplicates
    from arrived
    full outer join refused on arrived.file_id = refused.file_id and arrived.block = refused.block
),

lines as (
    select
        file_id,
        source_line,
        min(case status when 'rejected' then 1 when 'new' then 2 when 'updated' then 3 else 4 end) as outcome
    from (
        select * from record_status
        union all
        select rejected_rows.file_id, rejected_rows.source_line, 'rejected' as status
        from rejected_rows
        inner join files on rejected_rows.file_id = files.file_id
        where files.counts_by_record
    ) as told
    group by file_id, source_line
),

of_records as (
    select
        files.file_id,
        'records' as block,
        any_value(of_blocks.entity) as entity,
        true as is_primary,
        -1 as block_number,
        any_value(files.records) - any_value(files.removed) - coalesce(any_value(counted.others), 0) as loaded_new,
        coalesce(any_value(counted.updated), 0) as loaded_updated,
        coalesce(any_value(counted.rejected), 0) as rejected,
        coalesce(any_value(counted.duplicates), 0) as duplicates
    from files
    inner join of_blocks on files.file_id = of_blocks.file_id
    left join (
        select
            file_id,
            count(*) filter (where outcome <> 2) as others,
            count(*) filter (where outcome = 3) as updated,
            count(*) filter (where outcome = 1) as rejected,
            count(*) filter (where outcome = 4) as duplicates
        from lines
        group by file_id
    ) as counted on files.file_id = counted.file_id
    where files.counts_by_record
    group by files.file_id
),

lines_of_ledger as (
    select * from of_records
    union all
    select * from of_blocks
)

select
    files.file_id,
    files.file_name,
    block,
    entity,
    is_primary,
    loaded_new + loaded_updated + rejected + duplicates + case when is_primary then files.removed else 0 end as records,
    loaded_new,
    loaded_updated,
    rejected,
    duplicates,
    case when is_primary then files.removed else 0 end as removed
from lines_of_ledger
inner join files on lines_of_ledger.file_id = files.file_id
order by files.loaded_order, block_number, block
