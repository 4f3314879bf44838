-- Customers whose first order lies before the day on which they were created.
--
-- severity: note
-- sentence: These customers bought something before any source had created them: their record was made later, or their orders are another's.
-- reads:    customer_of, customers, orders
with first_order as (
    select
        customer_of.customer_id,
        min(orders.ordered_at) as ordered_at
    from orders
    inner join customer_of on customer_of.entity = 'orders' and customer_of.row_id = orders.row_id
    group by customer_of.customer_id
)

select customers.customer_id
from customers
inner join first_order on first_order.customer_id = customers.customer_id
where first_order.ordered_at < customers.created_at - interval '1' day
