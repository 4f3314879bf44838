-- Orders of nothing.
--
-- severity: note
-- sentence: These orders have an amount of zero: a gift or a sample, or an amount that the export does not tell.
-- reads:    orders
select
    'orders' as entity,
    row_id
from orders
where amount = 0 and status <> 'cancelled'
