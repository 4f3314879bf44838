-- One row per row of an entity and property that a dimension of events is declared of: its newest value, as a text to split by.
--
-- grain:    entity, row_id, property
-- reads:    dimension, properties
-- dated by: none
-- note:     a property that any source marks as sensitive is nobody's dimension
with wanted as (
    select distinct property
    from dimension
    where property is not null and subject = 'event' and not is_sensitive
),

told as (
    select
        properties.subject_kind as entity,
        properties.subject_id as row_id,
        properties.name as property,
        trim(properties.value) as value,
        row_number() over (
            partition by properties.subject_kind, properties.subject_id, properties.name
            order by coalesce(properties.updated_at, timestamp '1970-01-01') desc, properties.row_id
        ) as place
    from properties
    inner join wanted on wanted.property = properties.name
    where trim(properties.value) <> ''
)

select
    entity,
    row_id,
    property,
    value
from told
where place = 1
