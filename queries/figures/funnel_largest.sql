-- One row per person who entered the journey in the period, in the group under which it is shown: the largest, and the rest as one.
--
-- grain: customer_id
-- reads: funnel_place
-- takes: most (groups shown; the rest is one group, those unknown or not reached stay apart)
-- note:  stands for funnel_group where there may be more groups than are shown
with people as materialized (
    select * exclude (split_1) from funnel_place
),

counted as (
    select
        group_1,
        count(*) as n
    from people
    group by group_1
),

sizes as (
    select
        group_1,
        row_number() over (order by n desc, group_1) as place
    from counted
    where group_1 not in ('unknown', 'not reached')
)

select
    people.*,
    case when sizes.place > $most then 'other' else people.group_1 end as split_1
from people
left join sizes on people.group_1 = sizes.group_1
