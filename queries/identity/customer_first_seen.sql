-- One row per customer, identified or not: when the first row about it is dated.
--
-- grain:    customer_id
-- reads:    customer_of, row_group
-- dated by: first_seen_at
select
    customer_of.customer_id,
    max(customer_of.account_id) as account_id,
    min(row_group.dated_at) as first_seen_at,
    bool_and(customer_of.matched_by = 'nothing') as is_unidentified
from customer_of
inner join row_group on row_group.entity = customer_of.entity and row_group.row_id = customer_of.row_id
group by customer_of.customer_id
