-- One row per local month and kind of cost: what it came to, in cents of the reporting currency.
--
-- grain:     month, kind
-- reads:     costs, local_day, rate_of_day
-- dated by:  starts_at
-- judged by: costs
-- note:      all channels together, at the rate of the month's first day; an amount without a rate adds nothing and is counted as unknown
with amounts as (
    select
        costs.month,
        costs.kind,
        cast(floor(cast(costs.amount as double) * rate_of_day.rate * 100 + 0.5) as bigint) as cents
    from costs
    left join rate_of_day
        on upper(costs.currency) = rate_of_day.currency and costs.month = rate_of_day.day
),

months as (
    select month_start as month, min(starts_at) as starts_at, max(ends_at) as ends_at
    from local_day
    group by month_start
)

select
    amounts.month,
    amounts.kind,
    months.starts_at,
    months.ends_at,
    cast(coalesce(sum(amounts.cents), 0) as bigint) as cents,
    count(*) filter (where amounts.cents is null) as unknown_amounts
from amounts
inner join months
    on amounts.month = months.month
group by amounts.month, amounts.kind, months.starts_at, months.ends_at
