-- One row: how many clocks there are of one part of a period's promises, of how many customers.
--
-- grain: one row
-- reads: attainment_part
-- takes: starts_at, ends_at, by_decision, part
select
    count(*) as n,
    count(distinct customer_id) filter (where is_identified) as customers
from attainment_part
