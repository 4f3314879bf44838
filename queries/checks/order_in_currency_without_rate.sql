-- Orders whose money cannot be told in the workspace's currency.
--
-- severity: warning
-- sentence: These orders are in a currency without a rate; their value is unknown and added nowhere. Load rates.
-- reads:    orders, rates, workspace_setting
select
    'orders' as entity,
    orders.row_id
from orders
cross join workspace_setting
left join rates
    on upper(rates.currency) = upper(orders.currency)
    and rates.day <= cast(cast(orders.ordered_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date)
where
    orders.amount <> 0
    and orders.status <> 'cancelled'
    and (orders.status <> 'refunded' or orders.amount < 0)
    and upper(orders.currency) <> upper(workspace_setting.currency)
    and rates.currency is null
