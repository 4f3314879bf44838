-- One row per time that an account was a customer: how many days it stayed, and whether and how it was lost.
--
-- grain:     account_id, life_no
-- reads:     account_as_of, account_period, account_segment, customers, local_day
-- dated by:  began_at
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      days counts local days from the first on until the loss, or until as_of where the customer is still with us
select
    account_period.account_id,
    account_period.account_id as customer_id,
    account_period.period_no as life_no,
    account_period.began_on,
    coalesce(local_day.starts_at, cast(account_period.began_on as timestamp)) as began_at,
    account_period.lost_on,
    case
        when account_period.lost_on is null then 'still with us'
        when account_period.lost_by = 'ended' then 'ended'
        else 'fell silent'
    end as fate,
    case when account_period.lost_on is null then 'unknown' else account_period.lost_reason end as reason,
    date_diff('day', account_period.began_on, coalesce(account_period.lost_on, account_as_of.as_of_day)) as days,
    coalesce(account_segment.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    account_period.began_subject as subject,
    case
        when account_period.lost_on is null then 'with us since ' || cast(account_period.began_on as varchar)
        when account_period.lost_by = 'ended'
            then 'from ' || cast(account_period.began_on as varchar) || ' until the contract ended on ' || cast(account_period.lost_on as varchar)
        else 'from ' || cast(account_period.began_on as varchar) || ' until falling silent on ' || cast(account_period.lost_on as varchar)
    end as because,
    account_as_of.as_of
from account_period
cross join account_as_of
inner join customers
    on account_period.account_id = customers.customer_id
left join local_day
    on account_period.began_on = local_day.day
left join account_segment
    on account_period.account_id = account_segment.account_id
    and account_period.began_on >= account_segment.from_day
    and account_period.began_on < account_segment.until_day
