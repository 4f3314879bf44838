-- One row per account of some parts of earned growth: there at the start, or new and how it came; the most valuable first.
--
-- grain: customer_id
-- reads: account_origin, customers, selected_rows
-- takes: starts_at, ends_at, parts, chosen (a group of the split; null: all), most, skipped
with accounts as (
    select
        customer_id,
        coalesce(sum(customers_change) filter (where happened_at < $starts_at), 0) > 0 as was_there,
        sum(customers_change) > 0 as is_there,
        count(*) filter (where happened_at >= $starts_at and movement = 'gained') > 0 as is_new,
        coalesce(sum(value_change) filter (where happened_at < $starts_at), 0) as value_before,
        sum(value_change) as value_after,
        arg_max(split_1, happened_at) filter (where happened_at < $starts_at and customers_change >= 0) as group_before,
        arg_max(split_1, happened_at) filter (where customers_change >= 0) as group_after,
        max(happened_at) as happened_at,
        arg_max(because, happened_at) as because
    from selected_rows
    where happened_at < $ends_at
    group by customer_id
),

parts as (
    select
        accounts.customer_id,
        case when accounts.was_there then accounts.group_before else accounts.group_after end as split_1,
        case
            when accounts.was_there then 'there'
            when not accounts.is_new then 'returned'
            else coalesce(account_origin.origin, 'unknown')
        end as part,
        accounts.value_before,
        accounts.value_after,
        accounts.happened_at,
        accounts.because
    from accounts
    left join account_origin on accounts.customer_id = account_origin.customer_id
    where accounts.was_there or accounts.is_there
)

select
    parts.customer_id,
    parts.customer_id as account_id,
    customers.name,
    parts.part,
    parts.happened_at,
    parts.value_before,
    parts.value_after as value,
    parts.customer_id as subject,
    parts.because
from parts
left join customers on parts.customer_id = customers.customer_id
where list_contains($parts, parts.part) and ($chosen is null or parts.split_1 = $chosen)
order by parts.value_after desc, parts.value_before desc, parts.customer_id
limit $most offset $skipped
