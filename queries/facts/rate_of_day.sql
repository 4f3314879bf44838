-- One row per currency and local day on which an amount is dated: what one unit is worth in the reporting currency.
--
-- grain:    currency, day
-- reads:    contracts, costs, opportunities, orders, rates, workspace_setting
-- dated by: day
-- note:     the newest rate of the same or an earlier day; NULL where none is known, never a guess; an amount without a currency is in the reporting one
with amounts as (
    select
        upper(coalesce(contracts.currency, workspace_setting.currency)) as currency,
        contracts.starts_on as day
    from contracts
    cross join workspace_setting
    union
    select
        upper(orders.currency) as currency,
        cast(cast(orders.ordered_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day
    from orders
    cross join workspace_setting
    union
    select
        upper(coalesce(opportunities.currency, workspace_setting.currency)) as currency,
        cast(cast(opportunities.created_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day
    from opportunities
    cross join workspace_setting
    where opportunities.created_at is not null
    union
    select upper(currency) as currency, month as day
    from costs
),

quotes as (
    select
        upper(currency) as currency,
        day,
        rate,
        row_number() over (partition by upper(currency), day order by updated_at desc nulls last, row_id) as nth
    from rates
),

timeline as (
    select currency, day, cast(null as double) as rate, 1 as sort_no
    from amounts
    union all
    select currency, day, rate, 0 as sort_no
    from quotes
    where nth = 1
),

carried as (
    select
        currency,
        day,
        sort_no,
        last_value(rate ignore nulls) over (
            partition by currency order by day, sort_no rows between unbounded preceding and current row
        ) as rate
    from timeline
)

select
    carried.currency,
    carried.day,
    case when carried.currency = upper(workspace_setting.currency) then cast(1 as double) else carried.rate end as rate
from carried
cross join workspace_setting
where carried.sort_no = 1
