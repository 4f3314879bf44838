-- Every row of one entity that arrived, in the order of arrival: new, a newer version of a row already here, or the same again.
--
-- A row is a duplicate when its content is that of the best version so far, or its version is older. Of two versions with the
-- same time the one told later wins, and a source's own record wins over one derived from another record.
create or replace temp table ranked_rows as
with placed as (
    select
        typed_rows.*,
        files.loaded_order,
        files.counts_by_record
    from typed_rows
    inner join files on typed_rows.file_id = files.file_id
),

repeated as (
    select row_id
    from placed
    group by row_id
    having count(*) > 1
),

arrived as (
    select
        placed.*,
        {
            'version_at': version_at,
            'is_primary': is_primary,
            'loaded_order': loaded_order,
            'block_number': block_number,
            'source_line': source_line,
            'content': content
        } as arrival
    from placed
    inner join repeated on placed.row_id = repeated.row_id
),

compared as (
    select
        *,
        max(arrival) over (
            partition by row_id
            order by loaded_order, block_number, source_line
            rows between unbounded preceding and 1 preceding
        ) as best
    from arrived
),

judged as (
    select
        *,
        case
            when best is null then 'new'
            when content = best.content then 'duplicate'
            when version_at > best.version_at then 'updated'
            when version_at = best.version_at and is_primary >= best.is_primary then 'updated'
            else 'duplicate'
        end as became
    from compared
)

select
    * exclude (arrival, best),
    row_number() over (partition by row_id order by became = 'duplicate', arrival desc) = 1 as is_newest
from judged
union all by name
select
    placed.*,
    'new' as became,
    true as is_newest
from placed
anti join repeated on placed.row_id = repeated.row_id
