-- One row per record and field that it fills, of customers with more than one record.
--
-- grain:    row_id, field
-- reads:    customer_of, customer_records, customers
-- dated by: none
with records as (
    select
        customers.customer_id,
        customer_records.row_id,
        customer_records.source,
        customer_records.name,
        lower(customer_records.email) as email,
        customer_records.phone,
        customer_records.region,
        customer_records.lifecycle,
        customer_records.acquired_through
    from customer_records
    inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
    inner join customers on customers.customer_id = customer_of.customer_id and customers.records > 1
)

select customer_id, row_id, source, 'name' as field, name as value from records where trim(name) <> ''
union all
select customer_id, row_id, source, 'email' as field, email as value from records where trim(email) <> ''
union all
select customer_id, row_id, source, 'phone' as field, phone as value from records where trim(phone) <> ''
union all
select customer_id, row_id, source, 'region' as field, region as value from records where trim(region) <> ''
union all
select customer_id, row_id, source, 'lifecycle' as field, lifecycle as value from records where trim(lifecycle) <> ''
union all
select customer_id, row_id, source, 'acquired_through' as field, acquired_through as value from records where trim(acquired_through) <> ''
