-- One row per account and local day on which its segments are judged: what was true of it then.
--
-- grain:     account_id, evaluated_on
-- reads:     customers, segment_day, value_change
-- dated by:  evaluated_on
-- judged by: orders, contracts
-- note:      a month's start sees the contracts of that day and the orders of the days before; as_of sees all that is known;
--            order_cents is empty where one of the orders has an unknown amount
with timeline as (
    select
        account_id, day, case when is_at_as_of then 3 else 1 end as sort_no, 'judged' as kind, became_on, is_at_as_of,
        0 as cents, 0 as items, 0 as unknown_items, cast(null as date) as bought_on
    from segment_day
    union all
    select
        account_id, day, case when kind = 'contract' then 0 else 2 end as sort_no, kind, cast(null as date) as became_on, false as is_at_as_of,
        cents, items, unknown_items, bought_on
    from value_change
),

totals as (
    select
        account_id,
        day,
        kind,
        became_on,
        is_at_as_of,
        sum(cents) over upto as cents,
        sum(case when kind = 'contract' then items else 0 end) over upto as contracts,
        sum(case when kind = 'order' then items else 0 end) over upto as orders,
        sum(case when kind in ('order', 'refund') then cents else 0 end) over upto as order_cents,
        sum(case when kind in ('order', 'refund') then unknown_items else 0 end) over upto as unknown_orders,
        max(bought_on) over upto as bought_on
    from timeline
    window upto as (partition by account_id order by day, sort_no, kind rows between unbounded preceding and current row)
)

select
    totals.account_id,
    totals.day as evaluated_on,
    totals.is_at_as_of,
    customers.kind,
    customers.region,
    cast(totals.cents as double) / 100 as value_a_year,
    cast(totals.contracts as bigint) as contracts,
    cast(totals.orders as bigint) as orders,
    cast(case when totals.unknown_orders = 0 then totals.order_cents end as bigint) as order_cents,
    date_diff('day', totals.bought_on, totals.day) as days_since_bought,
    date_diff('day', totals.became_on, totals.day) as tenure_days
from totals
inner join customers
    on totals.account_id = customers.customer_id
where totals.kind = 'judged'
