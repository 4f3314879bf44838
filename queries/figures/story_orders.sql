-- One row per order of a customer; the newest first.
--
-- grain: row_id
-- reads: orders, customer_of
-- takes: customer_id, most
select
    orders.order_id,
    orders.ordered_at,
    orders.amount,
    orders.currency,
    orders.channel,
    orders.status,
    orders.source,
    orders.source_url
from orders
inner join customer_of on customer_of.entity = 'orders' and orders.row_id = customer_of.row_id
where customer_of.customer_id = $customer_id or customer_of.account_id = $customer_id
order by orders.ordered_at desc, orders.row_id
limit $most
