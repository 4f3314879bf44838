-- One row per group and stage: how long known people who were not set aside took from the stage before, of those seen in both in order.
--
-- grain: split_1, stage_no
-- reads: selected_rows
-- takes: starts_at, ends_at (of entry), as_of, window_seconds, stages
with people as (
    select
        split_1,
        excluded_after,
        [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12] as after
    from selected_rows
    where
        starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
        and (previous_entered_at is null or previous_entered_at < $starts_at)
        and entered_at + to_seconds($window_seconds) <= $as_of
),

steps as (
    select
        people.split_1,
        stage.stage_no,
        people.after[stage.stage_no] - people.after[stage.stage_no - 1] as seconds
    from people
    cross join (select unnest(range(2, $stages + 1)) as stage_no) as stage
    where
        (
            people.excluded_after is null
            or people.excluded_after > $window_seconds
            or people.excluded_after >= people.after[$stages]
        )
        and people.after[stage.stage_no] <= $window_seconds
        and people.after[stage.stage_no] >= people.after[stage.stage_no - 1]
)

select
    split_1,
    stage_no,
    count(*) as n,
    count(*) filter (where seconds = 0) as ties,
    median(seconds) as median_seconds,
    avg(seconds) as mean_seconds,
    quantile_cont(seconds, 0.9) as p90_seconds
from steps
group by split_1, stage_no
order by split_1, stage_no
