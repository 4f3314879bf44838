-- Orders that nothing ties to a customer.
--
-- severity: note
-- sentence: These orders tell no buyer; they count as orders, but for no customer.
-- reads:    customer_of
select
    entity,
    row_id
from customer_of
where entity = 'orders' and matched_by = 'nothing'
