-- One row per customer of the curve: worth the days seen, and what became of them.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at (of becoming a customer), begins_on (see survival), fates (those listed), most, skipped
select
    selected_rows.customer_id,
    selected_rows.account_id,
    customers.name,
    cast(selected_rows.days as double) as value,
    selected_rows.happened_at,
    selected_rows.subject,
    selected_rows.because,
    selected_rows.fate,
    selected_rows.reason,
    selected_rows.lost_on,
    selected_rows.segment,
    selected_rows.region,
    selected_rows.acquired_through
from selected_rows
left join customers on selected_rows.customer_id = customers.customer_id
where
    selected_rows.happened_at >= $starts_at
    and selected_rows.happened_at < $ends_at
    and list_contains($fates, selected_rows.fate)
    and (
        $begins_on is null
        or selected_rows.began_on >= $begins_on
        or date_diff('day', selected_rows.began_on, $begins_on) - 1 = 0
        or date_diff('day', selected_rows.began_on, $begins_on) - 1 < selected_rows.days
    )
order by selected_rows.happened_at desc, selected_rows.customer_id
limit $most offset $skipped
