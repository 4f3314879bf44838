-- Until when each source, under the name people know it by, tells: as declared, else its newest event that does not lie after the load.
--
-- A source that tells days only is known until the beginning of its newest day, cut in UTC.
insert into known_until
with loaded as (
    select
        block_counts.source,
        max(files.staged_at) as loaded_at
    from block_counts
    inner join files on block_counts.file_id = files.file_id
    where block_counts.rows > 0
    group by block_counts.source
),

newest as (
    select
        source,
        max(newest_at) as newest_at,
        max(newest_day) as newest_day
    from newest_event
    group by source
)

select
    loaded.source,
    coalesce(nullif(declared_until.title, ''), upper(left(loaded.source, 1)) || replace(substr(loaded.source, 2), '_', ' ')) as title,
    least(coalesce(declared_until.known_until, newest.newest_at, cast(newest.newest_day as timestamp), loaded.loaded_at), loaded.loaded_at) as known_until,
    case when declared_until.known_until is null then 'newest event' else 'declared' end as told_by,
    coalesce(newest.newest_at, cast(newest.newest_day as timestamp)) as newest_event_at,
    loaded.loaded_at,
    coalesce(declared_until.is_finished, false) as is_finished,
    declared_until.interval_seconds
from loaded
left join newest on loaded.source = newest.source
left join declared_until on loaded.source = declared_until.source
order by loaded.source
