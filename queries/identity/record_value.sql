-- One row per record and field that it fills, of customers with more than one record.
--
-- grain:    row_id, field
-- reads:    customer_of, customer_records, customers
-- dated by: told_at
with records as (
    select
        customers.customer_id,
        customer_records.row_id,
        customer_records.source,
        customer_records.name,
        lower(customer_records.email) as email,
        customer_records.phone,
        customer_records.region,
        customer_records.business_unit,
        customer_records.lifecycle,
        customer_records.acquired_through,
        customer_records.acquisition_reason,
        customer_records.owner,
        coalesce(customer_records.updated_at, customer_records.created_at) as told_at
    from customer_records
    inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
    inner join customers on customers.customer_id = customer_of.customer_id and customers.records > 1
)

select customer_id, row_id, source, 'name' as field, name as value, told_at from records where trim(name) <> ''
union all
select customer_id, row_id, source, 'email' as field, email as value, told_at from records where trim(email) <> ''
union all
select customer_id, row_id, source, 'phone' as field, phone as value, told_at from records where trim(phone) <> ''
union all
select customer_id, row_id, source, 'region' as field, region as value, told_at from records where trim(region) <> ''
union all
select customer_id, row_id, source, 'business_unit' as field, business_unit as value, told_at from records where trim(business_unit) <> ''
union all
select customer_id, row_id, source, 'lifecycle' as field, lifecycle as value, told_at from records where trim(lifecycle) <> ''
union all
select customer_id, row_id, source, 'acquired_through' as field, acquired_through as value, told_at from records where trim(acquired_through) <> ''
union all
select customer_id, row_id, source, 'acquisition_reason' as field, acquisition_reason as value, told_at from records where trim(acquisition_reason) <> ''
union all
select customer_id, row_id, source, 'owner' as field, owner as value, told_at from records where trim(owner) <> ''
