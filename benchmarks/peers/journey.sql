-- Of those who set out (their first step), how many reached each step or a later one within 90 days.
with began as (
    select
        customer,
        min(happened_at) as began_at
    from event
    join customer using (customer)
    where region = $region and step is not null
    group by customer
),

furthest as (
    select
        customer,
        max(step) as step
    from event
    join began using (customer)
    where step is not null and happened_at between began_at and began_at + interval 90 days
    group by customer
)

select
    'step ' || number as step,
    count(*) filter (furthest.step >= number) as customers
from furthest
cross join range(1, 7) as numbers (number)
group by number
order by number
