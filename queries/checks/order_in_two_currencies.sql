-- Orders that two sources tell in different currencies.
--
-- severity: warning
-- sentence: These orders are told by two sources, each in another currency; both count. Leave one of the two out.
-- reads:    orders
with told as (
    select
        order_id,
        min(upper(currency)) as currency,
        max(upper(currency)) as other_currency
    from orders
    where order_id is not null
    group by order_id
)

select
    'orders' as entity,
    orders.row_id
from orders
inner join told on told.order_id = orders.order_id
where told.currency <> told.other_currency
