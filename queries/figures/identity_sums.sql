-- One row: how many customers there are, of how many records, how many of them were joined from several, and how many are unidentified.
--
-- grain: one row
-- reads: customer_redirect, customers
select
    count(*) filter (where kind <> 'unidentified') as customers,
    count(*) filter (where kind = 'unidentified') as unidentified,
    cast(coalesce(sum(records), 0) as bigint) as records,
    count(*) filter (where records > 1) as joined,
    (select count(*) from customer_redirect) as former_ids
from customers
