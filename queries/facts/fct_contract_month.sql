-- One row per account under contract and day on which its risk to leave is looked at: what we knew then, and how it went on.
--
-- grain:     account_id, day
-- reads:     account_as_of, account_segment, contract_day, contract_sign, customer_rule, customers, local_day, profiling_objection
-- dated by:  looked_at
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      of the 90 days before the day, the day itself not counted; ended_after_days is how it went on, known_days for how many days after
--            the day that is known: an end is booked only when the grace is over; answers are those of the last 365 days
with timeline as (
    select account_id, day, 0 as sort_no, 'looked' as kind, 0 as recent, 0 as open_now, cast(null as double) as points, cast(null as date) as answered_on
    from contract_day
    union all
    select
        account_id,
        day,
        1 as sort_no,
        kind,
        signs as recent,
        case when kind = 'request' then signs when kind = 'solved' then -signs else 0 end as open_now,
        points,
        case when kind = 'answer' then day end as answered_on
    from contract_sign
    union all
    select
        account_id, day + 90 as day, 1 as sort_no, kind, -signs as recent, 0 as open_now, cast(null as double) as points, cast(null as date) as answered_on
    from contract_sign
),

known as (
    select
        account_id,
        day,
        sort_no,
        sum(case when kind = 'request' then recent else 0 end) over upto as requests,
        sum(case when kind = 'complaint' then recent else 0 end) over upto as complaints,
        sum(case when kind = 'broken' then recent else 0 end) over upto as broken_promises,
        sum(case when kind = 'contact' then recent else 0 end) over upto as contacts,
        sum(case when kind = 'order' then recent else 0 end) over upto as orders,
        sum(open_now) over upto as open_requests,
        last_value(points ignore nulls) over upto as points,
        max(answered_on) over upto as answered_on
    from timeline
    window upto as (partition by account_id order by day, sort_no, kind, recent rows between unbounded preceding and current row)
)

select
    contract_day.account_id as customer_id,
    contract_day.account_id,
    contract_day.day,
    coalesce(local_day.starts_at, cast(contract_day.day as timestamp)) as looked_at,
    contract_day.is_now,
    contract_day.contracts,
    contract_day.value_a_year,
    contract_day.tenure_days,
    contract_day.has_returned,
    cast(known.requests as integer) as requests,
    cast(known.complaints as integer) as complaints,
    cast(known.broken_promises as integer) as broken_promises,
    cast(known.contacts as integer) as contacts,
    cast(known.orders as integer) as orders,
    cast(greatest(known.open_requests, 0) as integer) as open_requests,
    case when known.answered_on >= contract_day.day - 365 then known.points end as nps_points,
    date_diff('day', contract_day.day, contract_day.ended_on) as ended_after_days,
    date_diff('day', contract_day.day, account_as_of.as_of_day) - customer_rule.renewal_grace_days as known_days,
    profiling_objection.account_id is not null as has_objected,
    coalesce(account_segment.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    contract_day.account_id as subject,
    'under contract since ' || cast(contract_day.began_on as varchar) as because,
    account_as_of.as_of
from contract_day
inner join known
    on contract_day.account_id = known.account_id and contract_day.day = known.day and known.sort_no = 0
inner join customers
    on contract_day.account_id = customers.customer_id
cross join account_as_of
cross join customer_rule
left join profiling_objection
    on contract_day.account_id = profiling_objection.account_id
left join local_day
    on contract_day.day = local_day.day
left join account_segment
    on contract_day.account_id = account_segment.account_id
    and contract_day.day >= account_segment.from_day
    and contract_day.day < account_segment.until_day
