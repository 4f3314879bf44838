-- Customers recommended by somebody whom no file tells of.
--
-- severity: note
-- sentence: These records name who recommended us to them, and nobody is known by that id or address.
-- reads:    customer_of, customer_records, customers
select
    'customer_records' as entity,
    customer_records.row_id
from customer_records
inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
inner join customers on customers.customer_id = customer_of.customer_id
where trim(customer_records.referred_by) <> '' and customers.referred_by_customer_id is null
