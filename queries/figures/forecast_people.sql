-- One row per promise that runs and is not broken, with its chance to break; the likeliest first, those of which too little is known last.
--
-- grain: clock_id
-- reads: forecast_clocks, customers
-- takes: since, least, part (running, foretold, too_few), shown (the fact's columns to show), most, skipped
with told as (
    select
        due_at,
        elapsed,
        past_clocks,
        past_broken,
        case when past_clocks >= $least then past_broken / past_clocks end as chance,
        columns(lambda c: list_contains($shown, c))
    from forecast_clocks
)

select
    told.* exclude (due_at),
    told.due_at as happened_at,
    told.chance as value,
    customers.name
from told
left join customers on told.customer_id = customers.customer_id
where $part = 'running' or (told.chance is null) = ($part = 'too_few')
order by told.chance desc nulls last, told.due_at nulls last, told.customer_id, told.subject, told.because
limit $most offset $skipped
