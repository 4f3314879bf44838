-- One row per account that was in a segment at the start or is in one at the end; what it gained or lost in value a year, the most first.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, from_segment, to_segment (null: any; '': no customer then), most, skipped
with standing as (
    select
        customer_id,
        segment,
        sum(case when happened_at < $starts_at then customers_change else 0 end) as here_before,
        sum(case when happened_at < $starts_at then value_change else 0 end) as value_before,
        sum(customers_change) as here_after,
        sum(value_change) as value_after,
        max(happened_at) as happened_at,
        arg_max(because, happened_at) as because
    from selected_rows
    where happened_at < $ends_at
    group by customer_id, segment
),

accounts as (
    select
        customer_id,
        coalesce(max(segment) filter (where here_before > 0), '') as from_segment,
        coalesce(max(segment) filter (where here_after > 0), '') as to_segment,
        coalesce(sum(value_before) filter (where here_before > 0), 0) as value_before,
        coalesce(sum(value_after) filter (where here_after > 0), 0) as value_after,
        max(happened_at) as happened_at,
        arg_max(because, happened_at) as because
    from standing
    where here_before > 0 or here_after > 0
    group by customer_id
)

select
    accounts.customer_id,
    accounts.customer_id as account_id,
    customers.name,
    accounts.from_segment,
    accounts.to_segment,
    accounts.value_before,
    accounts.value_after,
    accounts.value_after - accounts.value_before as value,
    accounts.happened_at,
    accounts.customer_id as subject,
    accounts.because
from accounts
left join customers on accounts.customer_id = customers.customer_id
where
    ($from_segment is null or accounts.from_segment = $from_segment)
    and ($to_segment is null or accounts.to_segment = $to_segment)
order by abs(accounts.value_after - accounts.value_before) desc, accounts.customer_id
limit $most offset $skipped
