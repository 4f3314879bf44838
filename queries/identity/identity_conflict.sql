-- One row per value that the records of one customer disagree about, the losing ones too.
--
-- grain:    customer_id, field, value, source
-- reads:    customers, record_value, senior_value
-- dated by: told_at
-- note:     told_at is when the source told the value last; why says what made the value shown win
with told as (
    select customer_id, field, trim(value) as value, source, max(told_at) as told_at
    from record_value
    group by customer_id, field, trim(value), source
),

fields as (
    select customer_id, field
    from told
    group by customer_id, field
    having min(value) <> max(value)
),

judged as (
    select
        told.customer_id,
        told.field,
        told.value,
        told.source,
        told.told_at,
        told.value = case told.field
            when 'name' then customers.name
            when 'email' then lower(customers.email)
            when 'phone' then customers.phone
            when 'region' then customers.region
            when 'business_unit' then customers.business_unit
            when 'lifecycle' then customers.lifecycle
            when 'acquired_through' then customers.acquired_through
            when 'acquisition_reason' then customers.acquisition_reason
            else customers.owner
        end as is_shown,
        senior_value.source as senior_source
    from told
    inner join fields on fields.customer_id = told.customer_id and fields.field = told.field
    inner join customers on customers.customer_id = told.customer_id
    left join senior_value on senior_value.customer_id = told.customer_id and senior_value.field = told.field
)

select
    customer_id,
    field,
    value,
    source,
    is_shown,
    case when is_shown and senior_source is null then 'the newest' when is_shown then senior_source || ' is senior' end as why,
    told_at
from judged
