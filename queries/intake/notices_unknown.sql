-- The words that nobody declared, the commonest first, of the columns in which the newest load told one for the first time.
with newly as (
    select distinct
        alarm.source,
        alarm.entity,
        alarm.column_name
    from alarm
    inner join files on alarm.file_id = files.file_id
    where alarm.alarm = 'unknown words' and files.staged_at = (select max(staged_at) from files)
)

select
    unknown_values.source,
    unknown_values.entity,
    unknown_values.column_name,
    unknown_values.value,
    unknown_values.rows
from unknown_values
inner join newly
    on unknown_values.source = newly.source
    and unknown_values.entity = newly.entity
    and unknown_values.column_name = newly.column_name
order by unknown_values.source, unknown_values.entity, unknown_values.column_name, unknown_values.rows desc, unknown_values.value
