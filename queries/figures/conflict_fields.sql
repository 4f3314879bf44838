-- One row per field that records of one customer disagree about: of how many customers, and which sources tell it otherwise.
--
-- grain: field
-- reads: identity_conflict
select
    field,
    count(distinct customer_id) as customers,
    count(*) as told,
    string_agg(distinct source, ', ' order by source) as sources
from identity_conflict
group by field
order by customers desc, field
