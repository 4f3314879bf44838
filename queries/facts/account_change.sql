-- One row per account and local day on which its being a customer, its value a year or its segment may have changed: before and after.
--
-- grain:     account_id, day
-- reads:     account_as_of, account_period, account_segment, value_change
-- dated by:  day
-- judged by: orders, contracts, opportunities, stage_changes, interactions
with steps as (
    select account_id, began_on as day, 1 as is_customer, cast(null as varchar) as segment, 0 as cents, 0 as unknown_items
    from account_period
    union all
    select account_id, lost_on as day, 0 as is_customer, cast(null as varchar) as segment, 0 as cents, 0 as unknown_items
    from account_period
    where lost_on is not null
    union all
    select account_id, from_day as day, cast(null as integer) as is_customer, segment, 0 as cents, 0 as unknown_items
    from account_segment
    union all
    select account_id, day, cast(null as integer) as is_customer, cast(null as varchar) as segment, cents, unknown_items
    from value_change
),

days as (
    select
        steps.account_id,
        steps.day,
        max(steps.is_customer) as is_customer,
        max(steps.segment) as segment,
        sum(steps.cents) as cents,
        sum(steps.unknown_items) as unknown_items
    from steps
    cross join account_as_of
    where steps.day <= account_as_of.as_of_day
    group by steps.account_id, steps.day
),

states as (
    select
        account_id,
        day,
        coalesce(last_value(is_customer ignore nulls) over upto, 0) as is_customer,
        coalesce(last_value(segment ignore nulls) over upto, 'unknown') as segment,
        sum(cents) over upto as cents,
        sum(unknown_items) over upto as unknown_items
    from days
    window upto as (partition by account_id order by day rows between unbounded preceding and current row)
)

select
    account_id,
    day,
    lag(is_customer, 1, 0) over (partition by account_id order by day) = 1 as was_customer,
    is_customer = 1 as is_customer,
    lag(segment, 1, 'unknown') over (partition by account_id order by day) as segment_before,
    segment,
    cast(lag(cents, 1, 0) over (partition by account_id order by day) as bigint) as cents_before,
    cast(cents as bigint) as cents,
    lag(unknown_items, 1, 0) over (partition by account_id order by day) = 0 as was_known,
    unknown_items = 0 as is_known
from states
