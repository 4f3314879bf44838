-- One row: how many requests a part of the backlog holds, and of how many customers.
--
-- grain: one row
-- reads: backlog_part
-- takes: starts_at, instant, part, youngest, oldest
select
    count(*) as n,
    count(distinct customer_id) filter (where is_identified) as customers
from backlog_part
