-- Customers put together from very many records.
--
-- severity: note
-- sentence: Each of these customers is made of more than twenty records: see whether a key joins people who are apart.
-- reads:    customers
select customer_id
from customers
where records > 20
