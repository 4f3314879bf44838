-- One row per customer and field for which identity.toml names senior sources: the value of the most senior one that fills it.
--
-- grain:    customer_id, field
-- reads:    customer_of, customer_records, field_seniority
-- dated by: none
-- note:     of several records of one source the newest; nothing where none of the sources named fills the field
with listed as (
    select distinct source
    from field_seniority
),

told as (
    select
        customer_of.customer_id,
        customer_records.row_id,
        customer_records.source,
        customer_records.name,
        customer_records.email,
        customer_records.phone,
        customer_records.region,
        customer_records.business_unit,
        customer_records.lifecycle,
        customer_records.acquired_through,
        customer_records.acquisition_reason,
        customer_records.referred_by,
        customer_records.owner,
        coalesce(customer_records.updated_at, customer_records.created_at, timestamp '1970-01-01') as told_at
    from customer_records
    inner join listed on listed.source = customer_records.source
    inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
),

field_values as (
    select customer_id, row_id, source, told_at, 'name' as field, name as value from told
    union all
    select customer_id, row_id, source, told_at, 'email' as field, email as value from told
    union all
    select customer_id, row_id, source, told_at, 'phone' as field, phone as value from told
    union all
    select customer_id, row_id, source, told_at, 'region' as field, region as value from told
    union all
    select customer_id, row_id, source, told_at, 'business_unit' as field, business_unit as value from told
    union all
    select customer_id, row_id, source, told_at, 'lifecycle' as field, lifecycle as value from told
    union all
    select customer_id, row_id, source, told_at, 'acquired_through' as field, acquired_through as value from told
    union all
    select customer_id, row_id, source, told_at, 'acquisition_reason' as field, acquisition_reason as value from told
    union all
    select customer_id, row_id, source, told_at, 'referred_by' as field, referred_by as value from told
    union all
    select customer_id, row_id, source, told_at, 'owner' as field, owner as value from told
),

ranked as (
    select
        field_values.customer_id,
        field_values.field,
        trim(field_values.value) as value,
        field_values.source,
        row_number() over (
            partition by field_values.customer_id, field_values.field
            order by field_seniority.place_no, field_values.told_at desc, field_values.row_id
        ) as place
    from field_values
    inner join field_seniority on field_seniority.field = field_values.field and field_seniority.source = field_values.source
    where trim(field_values.value) <> ''
)

select customer_id, field, value, source
from ranked
where place = 1
