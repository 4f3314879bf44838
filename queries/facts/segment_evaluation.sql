-- One row per account and local day on which its segments are judged: what was true of it then.
--
-- grain:     account_id, evaluated_on
-- reads:     customers, segment_day, value_change
-- dated by:  evaluated_on
-- judged by: orders, contracts
-- note:      a month's start sees the contracts of that day and the orders of the days before; as_of sees all that is known
with timeline as (
    select account_id, day, case when is_at_as_of then 3 else 1 end as sort_no, 'judged' as kind, became_on, 0 as cents, 0 as items
    from segment_day
    union all
    select account_id, day, case when kind = 'contract' then 0 else 2 end as sort_no, kind, cast(null as date) as became_on, cents, items
    from value_change
),

totals as (
    select
        account_id,
        day,
        kind,
        became_on,
        sum(cents) over upto as cents,
        sum(case when kind = 'contract' then items else 0 end) over upto as contracts,
        sum(case when kind = 'order' then items else 0 end) over upto as orders
    from timeline
    window upto as (partition by account_id order by day, sort_no, kind rows between unbounded preceding and current row)
)

select
    totals.account_id,
    totals.day as evaluated_on,
    customers.kind,
    customers.region,
    cast(totals.cents as double) / 100 as value_a_year,
    cast(totals.contracts as bigint) as contracts,
    cast(totals.orders as bigint) as orders,
    date_diff('day', totals.became_on, totals.day) as tenure_days
from totals
inner join customers
    on totals.account_id = customers.customer_id
where totals.kind = 'judged'
