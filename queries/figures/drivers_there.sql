-- One row per person who reached a stage in time, and had their whole time: when, what became of them, and whether they are compared.
--
-- grain: customer_id
-- reads: selected_rows
-- takes: starts_at, ends_at (of the attempt's start), as_of, window_seconds, stages, stage_no, span_seconds
-- note:  compared: not set aside, still at the stage when the span was over, with time left; the others are parts of their own
with sought as (
    select
        *,
        least(
            case when $stage_no <= 1 then next_1 end,
            case when $stage_no <= 2 then next_2 end,
            case when $stage_no <= 3 then next_3 end,
            case when $stage_no <= 4 then next_4 end,
            case when $stage_no <= 5 then next_5 end,
            case when $stage_no <= 6 then next_6 end,
            case when $stage_no <= 7 then next_7 end,
            case when $stage_no <= 8 then next_8 end,
            case when $stage_no <= 9 then next_9 end,
            case when $stage_no <= 10 then next_10 end,
            case when $stage_no <= 11 then next_11 end,
            next_12
        ) as here_after,
        least(
            case when $stage_no < 2 then next_2 end,
            case when $stage_no < 3 then next_3 end,
            case when $stage_no < 4 then next_4 end,
            case when $stage_no < 5 then next_5 end,
            case when $stage_no < 6 then next_6 end,
            case when $stage_no < 7 then next_7 end,
            case when $stage_no < 8 then next_8 end,
            case when $stage_no < 9 then next_9 end,
            case when $stage_no < 10 then next_10 end,
            case when $stage_no < 11 then next_11 end,
            next_12
        ) as on_after,
        [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12][$stages] as last_after
    from selected_rows
    where
        starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
        and (previous_entered_at is null or previous_entered_at < $starts_at)
        and entered_at + to_seconds($window_seconds) <= $as_of
)

select
    *,
    entered_at + to_seconds(here_after) as here_at,
    entered_at + to_seconds(here_after + $span_seconds) as looked_at,
    on_after is null or on_after > $window_seconds as turned_away,
    case
        when on_after <= least(here_after + $span_seconds, $window_seconds) then 'moved_on_sooner'
        when left_after <= here_after + $span_seconds then 'left_sooner'
        when here_after + $span_seconds >= $window_seconds then 'too_late'
        else 'compared'
    end as part
from sought
where
    here_after <= $window_seconds
    and (
        excluded_after is null
        or excluded_after > $window_seconds
        or coalesce(excluded_after >= last_after, false)
    )
