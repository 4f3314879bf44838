-- One row per request of one part of the backlog, the oldest first; its value is its age in seconds at the instant.
--
-- grain: spell_id
-- reads: backlog_part, customers
-- takes: starts_at, instant, part, youngest, oldest, shown (the fact's columns to show), most, skipped
with placed as (
    select
        opened_at as begun_at,
        spell_no as stretch_no,
        cast(age as double) as seconds,
        columns(lambda c: list_contains($shown, c))
    from backlog_part
)

select
    placed.* exclude (begun_at, seconds),
    placed.seconds as value,
    placed.begun_at as happened_at,
    customers.name
from placed
left join customers on placed.customer_id = customers.customer_id
order by placed.begun_at, placed.customer_id, placed.subject, placed.stretch_no
limit $most offset $skipped
