-- The words that nobody declared, where each was told for the first time: by file and column, the most frequent first.
with told as (
    select
        files.file_id,
        files.file_name,
        files.loaded_order,
        told_words.source,
        told_words.entity,
        told_words.column_name,
        told_words.value,
        told_words.rows
    from told_words
    inner join files on told_words.file_id = files.file_id
),

newly as (
    select
        *,
        row_number() over (partition by source, entity, column_name, value order by loaded_order) = 1 as is_first
    from told
)

select
    file_id,
    file_name,
    source,
    entity,
    column_name,
    value,
    cast(rows as bigint) as rows
from newly
where is_first
order by loaded_order, source, entity, column_name, newly.rows desc, newly.value
