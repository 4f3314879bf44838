-- Order lines whose order is missing.
--
-- severity: warning
-- sentence: These order lines belong to orders that no export holds; they count nowhere. Load the export of those orders.
-- reads:    order_lines, orders
select
    'order_lines' as entity,
    order_lines.row_id
from order_lines
left join orders on orders.source = order_lines.source and orders.order_id = order_lines.order_id
where orders.row_id is null
