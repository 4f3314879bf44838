-- Rows that name their customer and yet have none.
--
-- severity: error
-- sentence: These rows belong to no customer. Every row must: the identity rules are at fault.
-- reads:    customer_of, customers, keyed_row
select
    keyed_row.entity,
    keyed_row.row_id
from keyed_row
left join customer_of on customer_of.entity = keyed_row.entity and customer_of.row_id = keyed_row.row_id
left join customers on customers.customer_id = customer_of.customer_id
where customers.customer_id is null
