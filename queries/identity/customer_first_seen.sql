-- One row per customer, identified or not: when the first row about it is dated.
--
-- grain:    customer_id
-- reads:    group_seen
-- dated by: first_seen_at
select
    customer_id,
    max(account_id) as account_id,
    min(first_seen_at) as first_seen_at,
    bool_and(is_unidentified) as is_unidentified
from group_seen
group by customer_id
