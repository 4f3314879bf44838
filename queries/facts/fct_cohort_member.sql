-- One row per account that became a customer: when it did so, and in which months since it was active.
--
-- grain:     account_id
-- reads:     account_active, account_as_of, account_became, account_segment, customer_rule, fct_activity, lapse_rule
-- dated by:  first_at
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      the cohort is the first month in all history; bit n of months_0_59 stands for the n-th month since, of months_60_119 for the (n + 60)th;
--            lapse_after_days is the silence after which this account, in its segment now, counts as lost
with lives as (
    select
        account_id,
        cohort_month,
        segment,
        region,
        customer_kind,
        acquired_through,
        business_unit,
        max(month) as last_active_month,
        max(months_since) as last_active_since,
        sum(case when months_since < 60 then cast(power(2, months_since) as bigint) else 0 end) as months_0_59,
        sum(case when months_since between 60 and 119 then cast(power(2, months_since - 60) as bigint) else 0 end) as months_60_119
    from fct_activity
    group by account_id, cohort_month, segment, region, customer_kind, acquired_through, business_unit
),

beginnings as (
    select account_id, min(from_at) as first_at
    from account_active
    where becomes
    group by account_id
)

select
    lives.account_id as customer_id,
    lives.account_id,
    lives.account_id as event_id,
    'became a customer' as event,
    lives.cohort_month,
    beginnings.first_at,
    lives.last_active_month,
    lives.last_active_since,
    cast(lives.months_0_59 as bigint) as months_0_59,
    cast(lives.months_60_119 as bigint) as months_60_119,
    coalesce(lapse_rule.lapse_after_days, customer_rule.lapse_after_days) as lapse_after_days,
    lives.segment,
    lives.region,
    lives.customer_kind,
    lives.acquired_through,
    lives.business_unit,
    lives.account_id as subject,
    'became a customer on ' || cast(account_became.became_on as varchar) as because,
    account_as_of.as_of
from lives
inner join account_became
    on lives.account_id = account_became.account_id
inner join beginnings
    on lives.account_id = beginnings.account_id
cross join account_as_of
cross join customer_rule
left join account_segment
    on lives.account_id = account_segment.account_id
    and account_as_of.as_of_day >= account_segment.from_day
    and account_as_of.as_of_day < account_segment.until_day
left join lapse_rule
    on account_segment.segment = lapse_rule.segment
