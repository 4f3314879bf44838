-- One row per group, state, highest stage and set of stages seen: how many people who entered the journey.
--
-- grain: split_1, state, level, seen
-- reads: selected_rows
-- takes: starts_at, ends_at (of entry), as_of, window_seconds, stages, most (groups shown; the rest is one group, unknown stays apart)
-- note:  reached is "this stage or a later one" within the window, its last second included; people count once, by their first
--        attempt; seen holds one bit a stage, so that those who skipped a stage can be told; anchor: the attempt's start
with people as (
    select
        split_1,
        case
            when next_12 <= $window_seconds then 12
            when next_11 <= $window_seconds then 11
            when next_10 <= $window_seconds then 10
            when next_9 <= $window_seconds then 9
            when next_8 <= $window_seconds then 8
            when next_7 <= $window_seconds then 7
            when next_6 <= $window_seconds then 6
            when next_5 <= $window_seconds then 5
            when next_4 <= $window_seconds then 4
            when next_3 <= $window_seconds then 3
            when next_2 <= $window_seconds then 2
            else 1
        end as level,
        (case when next_1 <= $window_seconds then 1 else 0 end)
        + (case when next_2 <= $window_seconds then 2 else 0 end)
        + (case when next_3 <= $window_seconds then 4 else 0 end)
        + (case when next_4 <= $window_seconds then 8 else 0 end)
        + (case when next_5 <= $window_seconds then 16 else 0 end)
        + (case when next_6 <= $window_seconds then 32 else 0 end)
        + (case when next_7 <= $window_seconds then 64 else 0 end)
        + (case when next_8 <= $window_seconds then 128 else 0 end)
        + (case when next_9 <= $window_seconds then 256 else 0 end)
        + (case when next_10 <= $window_seconds then 512 else 0 end)
        + (case when next_11 <= $window_seconds then 1024 else 0 end)
        + (case when next_12 <= $window_seconds then 2048 else 0 end) as seen,
        [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12][$stages] as last_after,
        excluded_after,
        left_after,
        entered_at
    from selected_rows
    where
        starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
        and (previous_entered_at is null or previous_entered_at < $starts_at)
),

sizes as (
    select
        split_1,
        row_number() over (order by count(*) desc, split_1) as place
    from people
    where split_1 <> 'unknown'
    group by split_1
)

select
    case when people.split_1 = 'unknown' or sizes.place <= $most then people.split_1 else 'other' end as split_1,
    case
        when people.excluded_after <= $window_seconds and (people.last_after is null or people.excluded_after < people.last_after)
            then 'set aside'
        when people.entered_at + to_seconds($window_seconds) <= $as_of then 'known'
        when people.left_after is not null then 'left'
        else 'open'
    end as state,
    people.level,
    people.seen,
    count(*) as n
from people
left join sizes on people.split_1 = sizes.split_1
group by all
order by all
