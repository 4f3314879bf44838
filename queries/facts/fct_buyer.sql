-- One row per account that ever bought something: how often it came back to buy, when last, and since when.
--
-- grain:     account_id
-- reads:     account_as_of, account_contract, account_segment, customers, local_day, profiling_objection, purchase_day
-- dated by:  last_bought_at
-- as of:     as_of
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      days from the first purchase in the data on, up to as_of; purchases of one day count once;
--            who objects to profiling is told so that nothing is foretold of them
with bought as (
    select
        account_id,
        min(day) as first_bought_on,
        max(day) as last_bought_on,
        cast(count(*) - 1 as integer) as repeats
    from purchase_day
    group by account_id
),

bound as (
    select distinct account_contract.account_id
    from account_contract
    cross join account_as_of
    where account_contract.counts_from <= account_as_of.as_of_day and account_contract.counts_until > account_as_of.as_of_day
)

select
    bought.account_id as customer_id,
    bought.account_id,
    bought.first_bought_on,
    bought.last_bought_on,
    coalesce(local_day.starts_at, cast(bought.last_bought_on as timestamp)) as last_bought_at,
    bought.repeats,
    date_diff('day', bought.first_bought_on, bought.last_bought_on) as recency_days,
    date_diff('day', bought.first_bought_on, account_as_of.as_of_day) as age_days,
    bound.account_id is not null as is_under_contract,
    profiling_objection.account_id is not null as has_objected,
    coalesce(account_segment.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    bought.account_id as subject,
    case
        when bought.repeats = 0 then 'bought once, on ' || cast(bought.last_bought_on as varchar)
        else 'bought on ' || cast(bought.repeats + 1 as varchar) || ' days, last on ' || cast(bought.last_bought_on as varchar)
    end as because,
    account_as_of.as_of
from bought
inner join customers
    on bought.account_id = customers.customer_id
cross join account_as_of
left join bound
    on bought.account_id = bound.account_id
left join profiling_objection
    on bought.account_id = profiling_objection.account_id
left join local_day
    on bought.last_bought_on = local_day.day
left join account_segment
    on bought.account_id = account_segment.account_id
    and account_as_of.as_of_day >= account_segment.from_day
    and account_as_of.as_of_day < account_segment.until_day
