-- One row per account and product: the first local day on which the account bought it or took out a contract for it.
--
-- grain:     account_id, product
-- reads:     account_contract, account_order, order_lines, orders
-- dated by:  first_on
-- judged by: contracts, orders
with bought as (
    select account_id, lower(trim(product)) as product, counts_from as day
    from account_contract
    union all
    select account_order.account_id, lower(trim(order_lines.product)) as product, account_order.day
    from account_order
    inner join orders
        on account_order.row_id = orders.row_id
    inner join order_lines
        on orders.source = order_lines.source and orders.order_id = order_lines.order_id
    where account_order.is_purchase
)

select account_id, product, min(day) as first_on
from bought
where product <> ''
group by account_id, product
