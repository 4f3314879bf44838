-- One row per history of purchases, as it was known at the end of a day, of customers without a contract then.
--
-- grain: repeats, recency_days, age_days, later
-- reads: account_as_of, account_contract, fct_buyer, purchase_day
-- takes: back (how many days before as_of that day is), until_back (later: the purchases after it and not after this one)
-- note:  what a model is fitted on, or held against: all customers that the policy shows, whatever is selected; nobody who objects
with days as (
    select as_of_day - cast($back as integer) as day, as_of_day - cast($until_back as integer) as until_day
    from account_as_of
),

known as (
    select
        purchase_day.account_id,
        days.day,
        min(purchase_day.day) as first_day,
        max(purchase_day.day) filter (where purchase_day.day <= days.day) as last_day,
        count(*) filter (where purchase_day.day <= days.day) - 1 as repeats,
        count(*) filter (where purchase_day.day > days.day and purchase_day.day <= days.until_day) as later
    from purchase_day
    cross join days
    group by purchase_day.account_id, days.day
    having min(purchase_day.day) <= days.day
),

bound as (
    select distinct account_contract.account_id
    from account_contract
    cross join days
    where account_contract.counts_from <= days.day and account_contract.counts_until > days.day
),

free as (
    select known.*
    from known
    inner join fct_buyer on known.account_id = fct_buyer.account_id and not fct_buyer.has_objected
    left join bound on known.account_id = bound.account_id
    where bound.account_id is null
)

select
    repeats,
    date_diff('day', first_day, last_day) as recency_days,
    date_diff('day', first_day, day) as age_days,
    later,
    count(*) as customers
from free
group by all
order by all
