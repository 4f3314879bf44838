-- One row per account and local day on which it bought something: two orders of one day are one purchase.
--
-- grain:     account_id, day
-- reads:     account_order
-- dated by:  day
-- judged by: orders
select account_id, day, count(*) as orders
from account_order
where is_purchase
group by account_id, day
