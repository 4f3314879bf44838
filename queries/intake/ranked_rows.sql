-- Every row of one entity that arrived, in the order of arrival: new, a newer version of a row already here, or the same again.
--
-- A row is a duplicate when its content is that of the best version so far, or its version is older. Of two versions with the
-- same time the one told later wins, and a source's own record wins over one derived from another record.
-- Nearly every row arrives once: only those that do not are put in order.
create or replace temp view placed_rows as
select
    typed_rows.*,
    files.loaded_order,
    files.counts_by_record
from typed_rows
inner join files on typed_rows.file_id = files.file_id;

create or replace temp table repeated_rows as
select row_id
from typed_rows
group by row_id
having count(*) > 1;

create or replace temp table ranked_again as
with arrived as (
    select
        placed_rows.*,
        {
            'version_at': version_at,
            'is_primary': is_primary,
            'loaded_order': loaded_order,
            'block_number': block_number,
            'source_line': source_line,
            'content': content
        } as arrival
    from placed_rows
    inner join repeated_rows on placed_rows.row_id = repeated_rows.row_id
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
from judged;

create or replace temp view ranked_rows as
select *
from ranked_again
union all by name
select
    placed_rows.*,
    'new' as became,
    true as is_newest
from placed_rows
anti join repeated_rows on placed_rows.row_id = repeated_rows.row_id
