-- Rows that count the people who entered the journey, and nothing else: how long they took is not looked at.
--
-- grain: split_1, at_piece, state_no, seen
-- reads: funnel_place
-- takes: most (groups shown; the rest is one group, those unknown or not reached stay apart), is_split
-- note:  the rows of funnel whose stage_no is 0, at half its cost: people are counted in one pass, and only the counts are grouped
with counted as (
    select
        group_1,
        at_piece,
        seen * 4 + state_no as seen_state,
        count(*) as n
    from funnel_place
    group by group_1, at_piece, seen_state
),

sizes as (
    select
        group_1,
        row_number() over (order by sum(n) desc, group_1) as place
    from counted
    where $is_split and group_1 not in ('unknown', 'not reached')
    group by group_1
),

grouped as (
    select
        case when sizes.place > $most then 'other' else counted.group_1 end as split_1,
        counted.at_piece,
        counted.seen_state,
        counted.n
    from counted
    left join sizes on counted.group_1 = sizes.group_1
)

select
    split_1,
    at_piece,
    0 as stage_no,
    seen_state % 4 as state_no,
    seen_state // 4 as seen,
    cast(sum(n) as bigint) as n
from grouped
group by split_1, at_piece, seen_state
order by split_1, at_piece, state_no, seen
