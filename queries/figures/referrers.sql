-- One row per group: the accounts that were customers at any time of the period, and those of them who brought somebody in it.
--
-- grain: split_1
-- reads: fct_referral, selected_rows
-- takes: starts_at, ends_at
-- note:  an account stands in the group that it was in last
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
    select referrer_account_id, count(*) as people
    from fct_referral
    where brought_at >= $starts_at and brought_at < $ends_at
    group by referrer_account_id
)

select
    accounts.split_1,
    count(*) as customers,
    count(brought.people) as referrers,
    coalesce(sum(brought.people), 0) as people
from accounts
left join brought on accounts.customer_id = brought.referrer_account_id
group by accounts.split_1
order by customers desc, accounts.split_1
