-- One row per account that ever was a customer's: whether it is one just before a moment, whether its worth is known, and what it is a year.
--
-- grain: account_id
-- reads: fct_customer_movement
-- takes: worth_before
-- note:  who is no customer any more is worth nothing, which is known
select
    account_id,
    sum(customers_change) > 0 as is_customer,
    sum(customers_change) <= 0 or sum(known_change) > 0 as is_known,
    case when sum(customers_change) > 0 and sum(known_change) > 0 then sum(value_change) else 0.0 end as value_a_year
from fct_customer_movement
where happened_at < $worth_before
group by account_id
