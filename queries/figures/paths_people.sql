-- One row per known person, of those who took one path, or one move, or all: what way they went.
--
-- grain: customer_id
-- reads: paths_known, paths_steps, customers
-- takes: part (all, path, rest or move), shown (the paths that are, or are not, meant), from_place, to_place, step, zone, most, skipped
with steps as materialized (
    select *
    from paths_steps
),

movers as (
    select customer_id
    from steps
    where step = $step and place = $from_place and next_place = $to_place
)

select
    known.customer_id,
    known.account_id,
    customers.name,
    cast(1 as double) as value,
    known.entered_at as happened_at,
    known.subject,
    known.because || ' on ' || strftime(known.entered_at at time zone 'UTC' at time zone $zone, '%-d %B %Y') || '; went '
    || steps.path as because,
    known.channel,
    known.segment,
    known.region
from paths_known as known
inner join steps on known.customer_id = steps.customer_id and steps.step = 1
left join movers on known.customer_id = movers.customer_id
left join customers on known.customer_id = customers.customer_id
where
    case $part
        when 'path' then list_contains($shown, steps.path)
        when 'rest' then not list_contains($shown, steps.path)
        when 'move' then movers.customer_id is not null
        else true
    end
order by known.entered_at desc, known.customer_id
limit $most offset $skipped
