-- One row per customer that a number counted: how many rows, their value, and why, from the newest of them.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at (both null: undated), shown (the fact's columns to show), by_value, most, skipped
with counted as (
    select
        happened_at,
        value,
        is_identified,
        columns(lambda c: list_contains($shown, c))
    from selected_rows
    where
        ($starts_at is null or happened_at >= $starts_at)
        and ($ends_at is null or happened_at < $ends_at)
        and is_identified
),

newest as (
    select
        counted.* exclude (value),
        count(*) over (partition by customer_id) as rows,
        sum(value) over (partition by customer_id) as value
    from counted
    qualify row_number() over (partition by customer_id order by happened_at desc nulls last, subject, because) = 1
)

select
    newest.*,
    customers.name
from newest
left join customers on newest.customer_id = customers.customer_id
order by
    case when $by_value then newest.value end desc nulls last,
    newest.happened_at desc nulls last,
    newest.customer_id
limit $most offset $skipped
