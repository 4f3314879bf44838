-- One row per rule that joins records: how many records it joined, and into how many customers.
--
-- grain: rule
-- reads: customer_identity
select
    rule,
    count(distinct row_id) as records,
    count(distinct customer_id) as customers
from customer_identity
group by rule
order by records desc, rule
