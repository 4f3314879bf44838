-- Customers to whom more was given back than they ever paid.
--
-- severity: note
-- sentence: These customers were given back more than they paid: their purchases are missing, or refunds are told twice.
-- reads:    customer_of, orders
select customer_of.customer_id
from orders
inner join customer_of on customer_of.entity = 'orders' and customer_of.row_id = orders.row_id
where orders.status <> 'cancelled' and customer_of.matched_by <> 'nothing'
group by customer_of.customer_id, upper(orders.currency)
having sum(orders.amount) < 0
