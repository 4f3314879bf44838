-- One row per customer asked for: who it is, and what of the fact a list shows.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: ids, shown (the fact's columns to show)
with found as (
    select
        happened_at,
        value,
        is_identified,
        columns(lambda c: list_contains($shown, c))
    from selected_rows
    where customer_id in (select unnest($ids))
)

select
    found.*,
    customers.name
from found
left join customers on found.customer_id = customers.customer_id
