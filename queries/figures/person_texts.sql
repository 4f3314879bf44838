-- One row per text by which the sources name one customer, as they wrote it.
--
-- grain: kind, value
-- reads: customer_of, customer_records
-- takes: customer_id
with theirs as (
    select
        customer_records.name,
        customer_records.email,
        customer_records.phone,
        customer_records.external_id
    from customer_records
    inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
    where customer_of.customer_id = $customer_id
)

select distinct 'name' as kind, trim(name) as value
from theirs
where trim(name) like '% %'
union
select distinct 'email' as kind, trim(email) as value
from theirs
where trim(email) <> ''
union
select distinct 'phone' as kind, trim(phone) as value
from theirs
where trim(phone) <> ''
union
select distinct 'external' as kind, trim(external_id) as value
from theirs
where trim(external_id) <> ''
order by kind, value
