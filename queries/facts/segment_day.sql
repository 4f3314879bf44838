-- One row per account and local day on which its segments are judged.
--
-- grain:     account_id, day
-- reads:     account_as_of, account_became, customers, local_day
-- dated by:  day
-- judged by: orders, contracts
-- note:      at each month's start after it became a customer; where there was none, once at as_of
with month_starts as (
    select distinct local_day.month_start as day
    from local_day
    cross join account_as_of
    where local_day.month_start <= account_as_of.as_of_day
)

select account_became.account_id, month_starts.day, false as is_at_as_of, account_became.became_on
from account_became
inner join month_starts
    on account_became.became_on < month_starts.day
union all
select customers.customer_id as account_id, account_as_of.as_of_day as day, true as is_at_as_of, account_became.became_on
from customers
cross join account_as_of
left join account_became
    on customers.customer_id = account_became.account_id
where
    customers.customer_id = customers.account_id
    and customers.kind <> 'unidentified'
    and (account_became.became_on is null or account_became.became_on >= cast(date_trunc('month', account_as_of.as_of_day) as date))
