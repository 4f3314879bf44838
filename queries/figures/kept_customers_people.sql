-- One row per customer of whom a promise was decided in the period: how many were, how many of them broken, the worst first.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, part (everyone, kept, broken), most, skipped
with decided as (
    select *
    from selected_rows
    where is_identified and happened_at >= $starts_at and happened_at < $ends_at
),

by_customer as (
    select
        customer_id,
        any_value(account_id) as account_id,
        count(*) as promises,
        cast(sum(1 - value) as bigint) as broken,
        max(happened_at) as happened_at,
        arg_max(subject, (value = 0, happened_at, subject)) as subject,
        arg_max(because, (value = 0, happened_at, subject)) as because,
        arg_max(segment, happened_at) as segment
    from decided
    group by customer_id
)

select
    by_customer.customer_id,
    by_customer.account_id,
    customers.name,
    1.0 - by_customer.broken / by_customer.promises as value,
    by_customer.happened_at,
    by_customer.subject,
    by_customer.because,
    by_customer.promises,
    by_customer.broken,
    by_customer.segment
from by_customer
left join customers on by_customer.customer_id = customers.customer_id
where $part = 'everyone' or (by_customer.broken = 0) = ($part = 'kept')
order by by_customer.broken desc, by_customer.happened_at desc, by_customer.customer_id
limit $most offset $skipped
