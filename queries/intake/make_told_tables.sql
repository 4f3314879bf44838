-- What the casting of all files told: rows refused, words unknown, columns unused; and the sources that each file really fed.
insert into rejected_rows by name
select * from told_rejected
order by file_id, source_line;

insert into unknown_values
select
    source,
    entity,
    column_name,
    value,
    read_as,
    sum(rows) as rows
from told_unknown
group by source, entity, column_name, value, read_as
order by source, entity, column_name, value;

-- What could be a property and is none, until sources.toml switches it on: its values are in the raw exports alone.
insert into unused_columns
select
    told_unused.source,
    told_unused.entity,
    told_unused.column_name,
    count(*) as files,
    sum(files.records) as records,
    sum(told_unused.told) as told,
    max(told_unused.distinct_values) as distinct_values,
    max_by(files.file_name, files.loaded_order) as newest_file
from told_unused
inner join files on told_unused.file_id = files.file_id
group by told_unused.source, told_unused.entity, told_unused.column_name
order by told_unused.source, told_unused.entity, told_unused.column_name;

insert into unknown_values
select
    source,
    'case_events' as entity,
    'value' as column_name,
    trim(value) as value,
    'other' as read_as,
    count(*) as rows
from case_events
where
    (
        kind = 'status'
        and replace(replace(lower(trim(value)), '-', '_'), ' ', '_') not in ('', 'new', 'open', 'pending', 'on_hold', 'solved', 'closed', 'other')
    )
    or (kind = 'priority' and lower(trim(value)) not in ('', 'low', 'normal', 'high', 'urgent', 'other'))
group by source, trim(value);

update files
set source = fed.source
from (
    select
        file_id,
        case when count(distinct source) = 1 then any_value(source) else 'several' end as source
    from block_counts
    where rows > 0
    group by file_id
) as fed
where files.file_id = fed.file_id
