-- One row per customer whose records disagree: about what, and how many values are told.
--
-- grain: customer_id
-- reads: customers, identity_conflict
-- takes: most
select
    customers.customer_id,
    customers.name,
    customers.records,
    string_agg(distinct identity_conflict.field, ', ' order by identity_conflict.field) as fields,
    max(identity_conflict.told_at) as told_at
from identity_conflict
inner join customers on identity_conflict.customer_id = customers.customer_id
group by customers.customer_id, customers.name, customers.records
order by customers.records desc, customers.customer_id
limit $most
