-- The net promoter score of each wave, one answer per customer and wave: the last.
with last_answer as (
    select
        wave,
        customer,
        arg_max(score, answered_at) as score
    from answer
    join customer using (customer)
    where region = $region
    group by wave, customer
)

select
    wave,
    avg(case when score >= 9 then 100 when score <= 6 then -100 else 0 end) as nps,
    count(*) as answers
from last_answer
group by wave
order by wave
