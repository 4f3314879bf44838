-- One row per stage: the sales open in it with their amounts, and how many of those that were ever in it were won.
--
-- grain: stage
-- reads: selected_rows
select
    stage,
    avg(place_no) as place,
    count(*) filter (where is_here) as n,
    count(distinct customer_id) filter (where is_here and is_identified) as customers,
    count(cents) filter (where is_here) as valued,
    coalesce(sum(cents) filter (where is_here), 0) as cents,
    count(*) filter (where is_decided) as decided,
    count(distinct customer_id) filter (where is_decided and is_identified) as decided_customers,
    count(*) filter (where is_decided and is_won) as won
from selected_rows
group by stage
having count(*) filter (where is_here) > 0
order by place, stage
