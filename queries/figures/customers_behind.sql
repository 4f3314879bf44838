-- One row per row that a number counted: whose it is, its value and why it is here; the newest first, or the greatest value.
--
-- grain: one row of selected_rows
-- reads: selected_rows, customers
-- takes: starts_at, ends_at (both null: undated), shown (the fact's columns to show), by_value, most, skipped
with counted as (
    select
        happened_at,
        value,
        is_identified,
        columns(lambda c: list_contains($shown, c))
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
)

select
    counted.*,
    customers.name
from counted
left join customers on counted.customer_id = customers.customer_id
order by
    case when $by_value then counted.value end desc nulls last,
    counted.happened_at desc nulls last,
    counted.customer_id,
    counted.subject,
    counted.because,
    counted.value
limit $most offset $skipped
