-- One row per step back to one of these stages, the latest first.
--
-- grain: step_back_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, stages, most, skipped
select
    selected_rows.customer_id,
    selected_rows.account_id,
    customers.name,
    1.0 as value,
    selected_rows.happened_at,
    selected_rows.subject,
    selected_rows.because,
    selected_rows.stage,
    selected_rows.from_stage_id as from_stage,
    selected_rows.attempt_no,
    selected_rows.segment,
    selected_rows.region,
    selected_rows.step_back_id
from selected_rows
left join customers on selected_rows.customer_id = customers.customer_id
where
    selected_rows.is_identified
    and selected_rows.happened_at >= $starts_at
    and selected_rows.happened_at < $ends_at
    and list_contains($stages, selected_rows.stage_no)
order by selected_rows.happened_at desc, selected_rows.customer_id, selected_rows.step_back_id
limit $most offset $skipped
