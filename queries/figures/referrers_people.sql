-- One row per account that was a customer at any time of the period, with how many it brought; who brought most first.
--
-- grain: customer_id
-- reads: customers, fct_referral, selected_rows
-- takes: starts_at, ends_at, chosen (a group of the split; null: all), only_referrers, most, skipped
with accounts as (
    select
        customer_id,
        coalesce(arg_max(split_1, happened_at) filter (where customers_change >= 0), arg_max(split_1, happened_at)) as split_1
    from selected_rows
    where happened_at < $ends_at
    group by customer_id
    having
        coalesce(sum(customers_change) filter (where happened_at < $starts_at), 0) > 0
        or count(*) filter (where happened_at >= $starts_at and customers_change > 0) > 0
),

brought as (
    select referrer_account_id, count(*) as people, max(brought_at) as brought_at
    from fct_referral
    where brought_at >= $starts_at and brought_at < $ends_at
    group by referrer_account_id
)

select
    accounts.customer_id,
    accounts.customer_id as account_id,
    customers.name,
    brought.brought_at as happened_at,
    coalesce(brought.people, 0) as value,
    accounts.customer_id as subject,
    case when brought.people is null then 'brought nobody' else 'brought ' || cast(brought.people as varchar) end as because
from accounts
left join brought on accounts.customer_id = brought.referrer_account_id
left join customers on accounts.customer_id = customers.customer_id
where ($chosen is null or accounts.split_1 = $chosen) and (not $only_referrers or brought.people is not null)
order by value desc, accounts.customer_id
limit $most offset $skipped
