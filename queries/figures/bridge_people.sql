-- One row per request, or clock, that a step of the bridge leaves out, takes in or judges otherwise; without a step all that ours counts.
--
-- grain: case_row_id, clock_id
-- reads: bridge_rows, customers
-- takes: starts_at, ends_at, promise, as_named, step, most, skipped
with touched as (
    select *
    from bridge_rows
    where
        case $step
            when 'reported' then is_case and is_reported_now
            when 'scope' then is_case and is_reported_now and not is_judged
            when 'clock' then is_case and is_reported_now and is_judged and is_reported_kept <> case_kept_by_wall
            when 'hours' then is_case and is_reported_now and is_judged and case_kept_by_wall <> case_kept_in_hours
            when 'pauses' then is_case and is_reported_now and is_judged and case_kept_in_hours <> case_kept
            when 'each' then not is_case and is_reported_now and is_judged
            when 'cohort' then (is_reported_now and is_judged) <> (is_reported and is_decided_now)
            when 'not_reported' then is_decided_now and not is_reported
            else is_decided_now
        end
)

select
    touched.customer_id,
    touched.account_id,
    customers.name,
    cast(touched.is_kept as double) as value,
    touched.happened_at,
    touched.subject,
    touched.because,
    touched.segment
from touched
left join customers on touched.customer_id = customers.customer_id
order by touched.happened_at desc, touched.customer_id, touched.subject, touched.clock_id
limit $most offset $skipped
