-- One row per value that a customer's records disagree about.
--
-- grain: field, value, source
-- reads: identity_conflict
-- takes: customer_id
select
    field,
    value,
    source,
    is_shown,
    why,
    told_at
from identity_conflict
where customer_id = $customer_id
order by field, is_shown desc, source, value
