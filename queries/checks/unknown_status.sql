-- Requests and orders in a state that their declaration does not know.
--
-- severity: warning
-- sentence: These requests and orders are in a state we do not know, read as "other". Map it in the source's declaration.
-- reads:    cases, orders
select row_id
from cases
where status = 'other'
union all
select row_id
from orders
where status = 'other'
