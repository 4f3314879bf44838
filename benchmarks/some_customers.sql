-- So many customers, the same of one snapshot every time, and of no order that the tables have.
select customer_id
from customers
order by hash(customer_id)
limit $customers
