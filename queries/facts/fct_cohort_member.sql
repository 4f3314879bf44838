-- One row per account that became a customer: the month it did so, and the last month in which it was active.
--
-- grain:     account_id
-- reads:     account_as_of, account_became, account_segment, customer_rule, fct_activity, lapse_rule, local_day
-- dated by:  first_at
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      the cohort is the first month in all history; lapse_after_days is the silence after which this account, in its segment now, counts as lost
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
        max(months_since) as last_active_since
    from fct_activity
    group by account_id, cohort_month, segment, region, customer_kind, acquired_through, business_unit
)

select
    lives.account_id as customer_id,
    lives.account_id,
    lives.cohort_month,
    coalesce(local_day.starts_at, cast(account_became.became_on as timestamp)) as first_at,
    lives.last_active_month,
    lives.last_active_since,
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
cross join account_as_of
cross join customer_rule
left join local_day
    on account_became.became_on = local_day.day
left join account_segment
    on lives.account_id = account_segment.account_id
    and account_as_of.as_of_day >= account_segment.from_day
    and account_as_of.as_of_day < account_segment.until_day
left join lapse_rule
    on account_segment.segment = lapse_rule.segment
