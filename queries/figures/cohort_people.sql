-- One row per customer of a cohort (none given: of all), worth 1 when still active so many months later, else 0.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, cohorts (months), months_since, most, skipped
select
    selected_rows.customer_id,
    selected_rows.account_id,
    customers.name,
    cast(selected_rows.last_active_since >= $months_since as double) as value,
    selected_rows.first_at as happened_at,
    selected_rows.subject,
    selected_rows.because || ', last active in ' || strftime(selected_rows.last_active_month, '%Y-%m') as because,
    selected_rows.segment,
    selected_rows.region,
    selected_rows.acquired_through
from selected_rows
left join customers on selected_rows.customer_id = customers.customer_id
where
    selected_rows.first_at >= $starts_at
    and selected_rows.first_at < $ends_at
    and list_contains($cohorts, strftime(selected_rows.cohort_month, '%Y-%m'))
order by selected_rows.first_at desc, selected_rows.customer_id
limit $most offset $skipped
