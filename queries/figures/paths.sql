-- One row per path, the rarer ones as one, and one per move from place to place: how many known people took it within their time.
--
-- grain: kind, path, from_place, to_place, step
-- reads: paths_steps
-- takes: steps (places told of moves), most (paths shown), the_rest (what the rarer paths are called)
-- note:  each person ends one path: moves into a place are as many as moves out of it
with steps as materialized (
    select *
    from paths_steps
),

sizes as (
    select
        path,
        count(*) as n,
        row_number() over (order by count(*) desc, path) as place
    from steps
    where step = 1
    group by path
)

select
    'path' as kind,
    case when place <= $most then path else $the_rest end as path,
    '' as from_place,
    '' as to_place,
    min(place) as step,
    cast(sum(n) as bigint) as n
from sizes
group by case when place <= $most then path else $the_rest end
union all
select
    'move' as kind,
    '' as path,
    place as from_place,
    next_place as to_place,
    step,
    count(*) as n
from steps
where step <= $steps
group by place, next_place, step
order by kind, step, n desc, from_place, to_place
