-- One row per clock of a list: whose it is and what it is about; the newest first.
--
-- grain: clock_id
-- reads: customers, selected_rows
-- takes: clocks (their ids), shown (the fact's columns to show), most, skipped
with listed as (
    select
        happened_at,
        value,
        is_identified,
        started_at as began_at,
        clock_id as listed_id,
        columns(lambda c: list_contains($shown, c))
    from selected_rows
    where list_contains($clocks, clock_id)
)

select
    listed.* exclude (began_at, listed_id),
    customers.name
from listed
left join customers on listed.customer_id = customers.customer_id
order by listed.began_at desc, listed.customer_id, listed.listed_id
limit $most offset $skipped
