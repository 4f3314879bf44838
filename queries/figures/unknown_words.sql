-- One row per word that nobody declared: where it stands, how often, what it was read as, and the format of the file that told it.
--
-- grain: source, entity, column_name, value
-- reads: files, ledger, unknown_values
with formats as (
    select
        files.source,
        ledger.entity,
        max_by(files.source_format, files.loaded_order) as source_format
    from files
    inner join ledger on files.file_id = ledger.file_id
    group by files.source, ledger.entity
)

select
    unknown_values.source,
    unknown_values.entity,
    unknown_values.column_name,
    unknown_values.value,
    unknown_values.read_as,
    unknown_values.rows,
    formats.source_format
from unknown_values
left join formats on unknown_values.source = formats.source and unknown_values.entity = formats.entity
order by unknown_values.rows desc, unknown_values.source, unknown_values.entity, unknown_values.column_name, unknown_values.value
