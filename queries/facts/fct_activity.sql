-- One row per account and local month in which it was active.
--
-- grain:     account_id, month
-- reads:     account_activity, account_as_of, account_became, account_contract, account_segment, customers, local_day
-- dated by:  month
-- as of:     none
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      active is a sign of life in the month or a contract that counts on any of its days, from the day the account became a customer
with month_starts as (
    select distinct local_day.month_start as month
    from local_day
    cross join account_as_of
    where local_day.month_start <= account_as_of.as_of_day
),

months as (
    select account_id, cast(date_trunc('month', became_on) as date) as month
    from account_became
    union
    select account_activity.account_id, cast(date_trunc('month', account_activity.day) as date) as month
    from account_activity
    inner join account_became
        on account_activity.account_id = account_became.account_id and account_activity.day >= account_became.became_on
    union
    select account_contract.account_id, month_starts.month
    from account_contract
    inner join account_became
        on account_contract.account_id = account_became.account_id and account_contract.counts_until > account_became.became_on
    inner join month_starts
        on month_starts.month >= cast(date_trunc('month', greatest(account_contract.counts_from, account_became.became_on)) as date)
        and month_starts.month < account_contract.counts_until
)

select
    months.account_id,
    months.account_id as customer_id,
    cast(date_trunc('month', account_became.became_on) as date) as cohort_month,
    months.month,
    cast(
        (extract(year from months.month) - extract(year from account_became.became_on)) * 12
        + extract(month from months.month) - extract(month from account_became.became_on) as integer
    ) as months_since,
    coalesce(account_segment.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from months
inner join account_became
    on months.account_id = account_became.account_id
inner join customers
    on months.account_id = customers.customer_id
left join account_segment
    on months.account_id = account_segment.account_id
    and account_became.became_on >= account_segment.from_day
    and account_became.became_on < account_segment.until_day
