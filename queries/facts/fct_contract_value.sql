-- One row per account and run of local days over which its contracts that count, what they bring in a year and its segment stay the same.
--
-- grain:     account_id, from_day
-- reads:     account_as_of, account_contract, account_segment, customers, local_day
-- dated by:  from_at
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      until_day is the first day after; only runs with a contract; unknown_items are contracts whose value is not known: they add no cents
with steps as (
    select
        account_id,
        counts_from as day,
        cast(null as varchar) as segment,
        1 as contracts,
        coalesce(cents, 0) as cents,
        case when cents is null then 1 else 0 end as unknown_items
    from account_contract
    union all
    select
        account_id,
        counts_until as day,
        cast(null as varchar) as segment,
        -1 as contracts,
        -coalesce(cents, 0) as cents,
        case when cents is null then -1 else 0 end as unknown_items
    from account_contract
    where counts_until < date '9999-12-31'
    union all
    select account_id, from_day as day, segment, 0 as contracts, 0 as cents, 0 as unknown_items
    from account_segment
),

days as (
    select
        steps.account_id,
        steps.day,
        max(steps.segment) as segment,
        sum(steps.contracts) as contracts,
        sum(steps.cents) as cents,
        sum(steps.unknown_items) as unknown_items
    from steps
    cross join account_as_of
    where steps.day <= account_as_of.as_of_day
    group by steps.account_id, steps.day
),

runs as (
    select
        account_id,
        day as from_day,
        lead(day, 1, date '9999-12-31') over (partition by account_id order by day) as until_day,
        coalesce(last_value(segment ignore nulls) over upto, 'unknown') as segment,
        sum(contracts) over upto as contracts,
        sum(cents) over upto as cents,
        sum(unknown_items) over upto as unknown_items
    from days
    window upto as (partition by account_id order by day rows between unbounded preceding and current row)
)

select
    runs.account_id,
    runs.account_id as customer_id,
    runs.from_day,
    runs.until_day,
    coalesce(local_day.starts_at, cast(runs.from_day as timestamp)) as from_at,
    cast(runs.contracts as bigint) as contracts,
    cast(runs.cents as bigint) as cents,
    runs.unknown_items = 0 as is_known,
    runs.segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    runs.account_id as subject,
    cast(runs.contracts as varchar) || case when runs.contracts = 1 then ' contract' else ' contracts' end as because,
    account_as_of.as_of
from runs
cross join account_as_of
inner join customers
    on runs.account_id = customers.customer_id
left join local_day
    on runs.from_day = local_day.day
where runs.contracts > 0
