-- The files in which the rows that name no customer, or lack their own key, are many, and more than in the file before.
--
-- A source that has never named a customer is no alarm: its rows are nobody's.
with counted as (
    select
        file_id,
        entity,
        sum(keyless) as keyless,
        sum(rows) as rows
    from (
        select * from keyless_rows
        union all
        select
            rejected_rows.file_id,
            rejected_rows.entity,
            count(*) as keyless,
            count(*) as rows
        from rejected_rows
        inner join entity_key
            on rejected_rows.entity = entity_key.entity and rejected_rows.column_name = entity_key.column_name
        where coalesce(trim(rejected_rows.value), '') = ''
        group by rejected_rows.file_id, rejected_rows.entity
    ) as told
    group by file_id, entity
),

compared as (
    select
        files.file_id,
        files.file_name,
        files.source,
        files.loaded_order,
        counted.entity,
        counted.keyless,
        counted.rows,
        counted.keyless / counted.rows as share,
        lag(counted.keyless / counted.rows) over (
            partition by files.source, files.source_format, counted.entity
            order by files.loaded_order
        ) as share_before
    from counted
    inner join files on counted.file_id = files.file_id
)

select
    file_id,
    file_name,
    source,
    entity,
    cast(keyless as bigint) as keyless,
    cast(rows as bigint) as rows,
    share_before
from compared
where
    keyless >= $least_rows and share >= $most_share and share > $more_than * coalesce(share_before, 0) and (share < 1 or share_before is not null)
order by loaded_order, entity
