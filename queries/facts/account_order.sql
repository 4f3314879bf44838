-- One row per order of an account that adds to its value a year, or as a refund takes from it.
--
-- grain:     row_id
-- reads:     account_as_of, customer_of, customers, orders, rate_of_day, workspace_setting
-- dated by:  day
-- judged by: orders
-- note:      a cancelled order counts nothing, nor does one marked as refunded; a row with a negative amount is the refund itself and lowers the value
with known as (
    select
        orders.row_id,
        coalesce(orders.order_id, orders.row_id) as order_id,
        customer_of.account_id,
        orders.ordered_at,
        cast(cast(orders.ordered_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day,
        orders.amount,
        upper(orders.currency) as currency
    from orders
    inner join customer_of
        on orders.row_id = customer_of.row_id and customer_of.entity = 'orders'
    inner join customers
        on customer_of.account_id = customers.customer_id and customers.kind <> 'unidentified'
    cross join account_as_of
    cross join workspace_setting
    where
        orders.ordered_at <= account_as_of.as_of
        and orders.status <> 'cancelled'
        and (orders.status <> 'refunded' or orders.amount < 0)
)

select
    known.row_id,
    known.order_id,
    known.account_id,
    known.ordered_at,
    known.day,
    known.amount >= 0 as is_purchase,
    cast(floor(cast(known.amount as double) * rate_of_day.rate * 100 + 0.5) as bigint) as cents
from known
left join rate_of_day
    on known.currency = rate_of_day.currency and known.day = rate_of_day.day
