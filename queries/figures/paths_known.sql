-- One row per person who entered the journey in the period, was not set aside, and whose time is over: until when their way is told.
--
-- grain: customer_id
-- reads: selected_rows
-- takes: starts_at, ends_at (of the attempt's start), as_of, window_seconds, stages
with people as (
    select
        *,
        entered_at + to_seconds(least($window_seconds, left_after)) as until_at,
        [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12][$stages] as last_after
    from selected_rows
    where
        starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
        and (previous_entered_at is null or previous_entered_at < $starts_at)
        and entered_at + to_seconds($window_seconds) <= $as_of
)

select *
from people
where excluded_after is null or excluded_after > $window_seconds or coalesce(excluded_after >= last_after, false)
