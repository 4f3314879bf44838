-- One row: how many requests a part of the waits holds, and of how many customers.
--
-- grain: one row
-- reads: wait_part
-- takes: part
select
    count(*) as n,
    count(distinct customer_id) filter (where is_identified) as customers
from wait_part
