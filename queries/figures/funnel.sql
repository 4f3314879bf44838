-- Rows that count the people who entered the journey, and rows that tell how long they took from one stage to the next.
--
-- grain: split_1, at_piece, stage_no, state_no, seen
-- reads: funnel_group
-- takes: stages
-- note:  stage_no 0 counts n people by their state (see funnel_place) and the set of stages seen; from stage 2 on n people who are
--        known and not set aside came from the stage before, ties of them in the same second. Both from one look at the people
with people as materialized (
    select
        split_1,
        at_piece,
        seen * 4 + state_no as seen_state,
        state_no = 1 as is_known,
        since_2,
        since_3,
        since_4,
        since_5,
        since_6,
        since_7,
        since_8,
        since_9,
        since_10,
        since_11,
        since_12
    from funnel_group
),

counted as (
    select
        split_1,
        at_piece,
        seen_state,
        count(*) as n
    from people
    group by split_1, at_piece, seen_state
),

steps as (
    select
        split_1,
        at_piece,
        2 as stage_no,
        since_2 as seconds
    from people
    where $stages >= 2 and is_known and since_2 is not null
    union all
    select
        split_1,
        at_piece,
        3 as stage_no,
        since_3 as seconds
    from people
    where $stages >= 3 and is_known and since_3 is not null
    union all
    select
        split_1,
        at_piece,
        4 as stage_no,
        since_4 as seconds
    from people
    where $stages >= 4 and is_known and since_4 is not null
    union all
    select
        split_1,
        at_piece,
        5 as stage_no,
        since_5 as seconds
    from people
    where $stages >= 5 and is_known and since_5 is not null
    union all
    select
        split_1,
        at_piece,
        6 as stage_no,
        since_6 as seconds
    from people
    where $stages >= 6 and is_known and since_6 is not null
    union all
    select
        split_1,
        at_piece,
        7 as stage_no,
        since_7 as seconds
    from people
    where $stages >= 7 and is_known and since_7 is not null
    union all
    select
        split_1,
        at_piece,
        8 as stage_no,
        since_8 as seconds
    from people
    where $stages >= 8 and is_known and since_8 is not null
    union all
    select
        split_1,
        at_piece,
        9 as stage_no,
        since_9 as seconds
    from people
    where $stages >= 9 and is_known and since_9 is not null
    union all
    select
        split_1,
        at_piece,
        10 as stage_no,
        since_10 as seconds
    from people
    where $stages >= 10 and is_known and since_10 is not null
    union all
    select
        split_1,
        at_piece,
        11 as stage_no,
        since_11 as seconds
    from people
    where $stages >= 11 and is_known and since_11 is not null
    union all
    select
        split_1,
        at_piece,
        12 as stage_no,
        since_12 as seconds
    from people
    where $stages >= 12 and is_known and since_12 is not null
)

select
    split_1,
    at_piece,
    0 as stage_no,
    seen_state % 4 as state_no,
    seen_state // 4 as seen,
    n,
    null as ties,
    null as median_seconds,
    null as mean_seconds,
    null as p90_seconds
from counted
union all
select
    split_1,
    at_piece,
    stage_no,
    1 as state_no,
    null as seen,
    count(*) as n,
    count(*) - count(nullif(seconds, 0)) as ties,
    median(seconds) as median_seconds,
    avg(seconds) as mean_seconds,
    quantile_cont(seconds, 0.9) as p90_seconds
from steps
group by split_1, at_piece, stage_no
order by split_1, at_piece, stage_no, state_no, seen
