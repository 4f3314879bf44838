-- Orders of one customer that two sources tell of, with the same amount in the same minute.
--
-- severity: warning
-- sentence: Two sources tell of these orders: the same customer, amount and minute. Each counts; load them from one of the two.
-- reads:    customer_of, orders
with placed as (
    select
        orders.row_id,
        orders.source,
        customer_of.customer_id,
        orders.amount,
        upper(orders.currency) as currency,
        date_trunc('minute', orders.ordered_at) as ordered_minute
    from orders
    inner join customer_of on customer_of.entity = 'orders' and customer_of.row_id = orders.row_id
    where not coalesce(orders.is_date_only, false) and orders.amount <> 0
),

counted as (
    select
        customer_id,
        amount,
        currency,
        ordered_minute
    from placed
    group by customer_id, amount, currency, ordered_minute
    having min(source) <> max(source)
)

select
    'orders' as entity,
    placed.row_id
from placed
inner join counted
    on counted.customer_id = placed.customer_id
    and counted.amount = placed.amount
    and counted.currency = placed.currency
    and counted.ordered_minute = placed.ordered_minute
