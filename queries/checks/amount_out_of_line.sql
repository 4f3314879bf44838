-- Orders a hundred times as large as the usual one of their source.
--
-- severity: note
-- sentence: These orders are a hundred times as large as the middle one of their source: a decimal sign misread, or cents for whole money.
-- reads:    orders
with usual as (
    select
        source,
        upper(currency) as currency,
        median(abs(amount)) as amount
    from orders
    where amount <> 0
    group by source, upper(currency)
    having count(*) >= 20
)

select
    'orders' as entity,
    orders.row_id
from orders
inner join usual on usual.source = orders.source and usual.currency = upper(orders.currency)
where abs(orders.amount) > 100 * usual.amount
