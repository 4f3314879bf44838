-- One row per customer and property that a dimension is declared of: its newest value, as a text to split by.
--
-- grain:    customer_id, property
-- reads:    customer_of, customer_records, dimension, properties
-- dated by: none
-- note:     a property that any source marks as sensitive is nobody's dimension; among several records the newest that tells it decides
with wanted as (
    select distinct property
    from dimension
    where property is not null and subject <> 'event' and not is_sensitive
),

told as (
    select
        customer_of.customer_id,
        properties.name as property,
        trim(properties.value) as value,
        row_number() over (
            partition by customer_of.customer_id, properties.name
            order by
                coalesce(properties.updated_at, customer_records.updated_at, customer_records.created_at, timestamp '1970-01-01') desc,
                properties.row_id
        ) as place
    from properties
    inner join wanted on wanted.property = properties.name
    inner join customer_records on customer_records.row_id = properties.subject_id
    inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
    where properties.subject_kind = 'customer_records' and trim(properties.value) <> ''
)

select
    customer_id,
    property,
    value
from told
where place = 1
