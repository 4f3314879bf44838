-- The newest version of every row of one entity, but for those that their source told to be gone at that version or later.
create or replace temp table living_rows as
with gone as (
    select
        told_gone.row_id,
        max({
            'version_at': told_gone.version_at,
            'loaded_order': files.loaded_order,
            'source_line': told_gone.source_line
        }) as told
    from told_gone
    inner join files on told_gone.file_id = files.file_id
    where told_gone.entity = $entity
    group by told_gone.row_id
)

select ranked_rows.*
from ranked_rows
left join gone on ranked_rows.row_id = gone.row_id
where
    ranked_rows.is_newest
    and (
        gone.row_id is null
        or gone.told < {
            'version_at': ranked_rows.version_at,
            'loaded_order': ranked_rows.loaded_order,
            'source_line': ranked_rows.source_line
        }
    )
