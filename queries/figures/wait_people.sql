-- One row per request of one part of the waits, the longest wait first; its value is the wait in seconds, up to as_of where it lasts.
--
-- grain: row_id
-- reads: wait_part, customers
-- takes: part, as_of, shown (the fact's columns to show), most, skipped
with told as (
    select
        entered_at as began_at,
        ending,
        cast(
            case ending
                when 'finished' then to_after
                when 'left' then left_after
                when 'open' then date_diff('second', date_trunc('second', entered_at), date_trunc('second', $as_of))
            end as double
        ) as seconds,
        columns(lambda c: list_contains($shown, c))
    from wait_part
)

select
    told.* exclude (began_at, seconds),
    told.began_at as happened_at,
    told.seconds as value,
    customers.name
from told
left join customers on told.customer_id = customers.customer_id
order by told.seconds desc nulls last, told.began_at, told.customer_id, told.subject
limit $most offset $skipped
