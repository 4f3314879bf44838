-- The unknown words of the histories of cases, by the newest file of the name that told each.
insert into told_words
select
    named.file_id,
    case_events.source,
    'case_events' as entity,
    'value' as column_name,
    unknown_values.value,
    count(*) as rows
from case_events
inner join unknown_values
    on case_events.source = unknown_values.source
    and trim(case_events.value) = unknown_values.value
    and unknown_values.entity = 'case_events'
    and unknown_values.column_name = 'value'
inner join (
    select
        file_name,
        max_by(file_id, loaded_order) as file_id
    from files
    group by file_name
) as named on case_events.source_file = named.file_name
where case_events.kind in ('status', 'priority')
group by named.file_id, case_events.source, unknown_values.value
