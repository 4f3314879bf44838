-- Rows that name their customer and yet have none.
--
-- severity: error
-- sentence: These rows belong to no customer. Every row must: the identity rules are at fault.
-- reads:    customer_of, customers
select
    customer_of.entity,
    customer_of.row_id
from customer_of
left join customers on customers.customer_id = customer_of.customer_id
where customers.customer_id is null
