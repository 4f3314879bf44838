-- One row per value that the records of one customer disagree about, the losing ones too.
--
-- grain:    customer_id, field, value, source
-- reads:    customers, record_value
-- dated by: none
with told as (
    select distinct customer_id, field, trim(value) as value, source
    from record_value
),

fields as (
    select customer_id, field
    from told
    group by customer_id, field
    having min(value) <> max(value)
)

select
    told.customer_id,
    told.field,
    told.value,
    told.source,
    told.value = case told.field
        when 'name' then customers.name
        when 'email' then lower(customers.email)
        when 'phone' then customers.phone
        when 'region' then customers.region
        when 'lifecycle' then customers.lifecycle
        else customers.acquired_through
    end as is_shown
from told
inner join fields on fields.customer_id = told.customer_id and fields.field = told.field
inner join customers on customers.customer_id = told.customer_id
