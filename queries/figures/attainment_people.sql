-- One row per clock of one part of a period's promises; the newest first.
--
-- grain: clock_id
-- reads: attainment_part, customers
-- takes: starts_at, ends_at, by_decision, part, shown (the fact's columns to show), most, skipped
with chosen as (
    select
        coalesce(happened_at, due_at, started_at) as happened_at,
        value,
        is_identified,
        columns(lambda c: list_contains($shown, c))
    from attainment_part
)

select
    chosen.*,
    customers.name
from chosen
left join customers on chosen.customer_id = customers.customer_id
order by chosen.happened_at desc, chosen.customer_id, chosen.subject, chosen.because
limit $most offset $skipped
