-- One row per account under contract and month's start of the past: what was known then, and whether it ended within the time ahead.
--
-- grain: account, day_no
-- reads: fct_contract_month
-- takes: ahead (days), begins_on (null: from the first month on), most (rows: above it only every second, third … account is taken)
-- note:  what a model is fitted on: all customers that the policy shows, whatever is selected; nobody who objects to profiling;
--        day_no counts days
with panel as (
    select
        *,
        hash(account_id) as place
    from fct_contract_month
    where
        not has_objected
        and known_days >= $ahead
        and ($begins_on is null or day >= cast($begins_on as date) + 90)
),

size as (
    select greatest(1, cast(ceil(count(*) / cast($most as double)) as bigint)) as every
    from panel
)

select
    cast(panel.place >> 1 as bigint) as account,
    date_diff('day', date '1970-01-01', panel.day) as day_no,
    panel.contracts,
    panel.value_a_year,
    panel.tenure_days,
    panel.has_returned,
    panel.requests,
    panel.complaints,
    panel.broken_promises,
    panel.contacts,
    panel.orders,
    panel.open_requests,
    panel.nps_points,
    coalesce(panel.ended_after_days < $ahead, false) as has_ended
from panel
cross join size
where panel.place % size.every = 0
order by panel.day, panel.account_id
