-- One row per moment from which somebody's way is counted who entered the journey in the period: how far it led in its time.
--
-- grain: customer_id, entered_at
-- reads: selected_rows
-- takes: starts_at, ends_at (of entry), window_seconds, stages, mode (reached, ordered, strict), anchor, attribution, step_no
-- note:  whoever entered in the period counts once, by the first attempt entered in it: by its start, or, where stages count in
--        order, by its first first stage; anchor "latest" counts from each first stage of that attempt in the period. seen has
--        one bit a stage, level is the furthest, reached level_after seconds; since_k: seconds from the stage before, of those
--        seen in both and in this order; step_place: seconds * 128 + stage of what reached the step asked.
--        What a mode does not need is folded away before a row is read
with anchors as (
    select
        customer_id,
        account_id,
        split_1,
        journey_id,
        event_id,
        entered_at,
        attempt_entered_at,
        excluded_after,
        left_after,
        case when $mode = 'ordered' then 0 else next_1 end as after_1,
        case
            when $stages < 2 then null
            when $mode = 'ordered' then then_2
            when $mode = 'strict' then case when straight_through >= 2 then next_2 end
            else next_2
        end as after_2,
        case
            when $stages < 3 then null
            when $mode = 'ordered' then then_3
            when $mode = 'strict' then case when straight_through >= 3 then next_3 end
            else next_3
        end as after_3,
        case
            when $stages < 4 then null
            when $mode = 'ordered' then then_4
            when $mode = 'strict' then case when straight_through >= 4 then next_4 end
            else next_4
        end as after_4,
        case
            when $stages < 5 then null
            when $mode = 'ordered' then then_5
            when $mode = 'strict' then case when straight_through >= 5 then next_5 end
            else next_5
        end as after_5,
        case
            when $stages < 6 then null
            when $mode = 'ordered' then then_6
            when $mode = 'strict' then case when straight_through >= 6 then next_6 end
            else next_6
        end as after_6,
        case
            when $stages < 7 then null
            when $mode = 'ordered' then then_7
            when $mode = 'strict' then case when straight_through >= 7 then next_7 end
            else next_7
        end as after_7,
        case
            when $stages < 8 then null
            when $mode = 'ordered' then then_8
            when $mode = 'strict' then case when straight_through >= 8 then next_8 end
            else next_8
        end as after_8,
        case
            when $stages < 9 then null
            when $mode = 'ordered' then then_9
            when $mode = 'strict' then case when straight_through >= 9 then next_9 end
            else next_9
        end as after_9,
        case
            when $stages < 10 then null
            when $mode = 'ordered' then then_10
            when $mode = 'strict' then case when straight_through >= 10 then next_10 end
            else next_10
        end as after_10,
        case
            when $stages < 11 then null
            when $mode = 'ordered' then then_11
            when $mode = 'strict' then case when straight_through >= 11 then next_11 end
            else next_11
        end as after_11,
        case
            when $stages < 12 then null
            when $mode = 'ordered' then then_12
            when $mode = 'strict' then case when straight_through >= 12 then next_12 end
            else next_12
        end as after_12
    from selected_rows
    where
        entered_at >= $starts_at and entered_at < $ends_at
        and case
            when $mode in ('reached', 'any') and $anchor = 'first' then starts_attempt
            when $mode in ('reached', 'any') then attempt_entered_at >= $starts_at
            when $anchor = 'first' then is_first_entry
            else entered_stage = 1 and first_entered_at >= $starts_at
        end
        and case
            when $mode in ('reached', 'any') then previous_entered_at is null or previous_entered_at < $starts_at
            else earlier_first_entered_at is null or earlier_first_entered_at < $starts_at
        end
),

looked as (
    select
        *,
        case when after_1 <= $window_seconds then 1 else 0 end
        + case when after_2 <= $window_seconds then 2 else 0 end
        + case when after_3 <= $window_seconds then 4 else 0 end
        + case when after_4 <= $window_seconds then 8 else 0 end
        + case when after_5 <= $window_seconds then 16 else 0 end
        + case when after_6 <= $window_seconds then 32 else 0 end
        + case when after_7 <= $window_seconds then 64 else 0 end
        + case when after_8 <= $window_seconds then 128 else 0 end
        + case when after_9 <= $window_seconds then 256 else 0 end
        + case when after_10 <= $window_seconds then 512 else 0 end
        + case when after_11 <= $window_seconds then 1024 else 0 end
        + case when after_12 <= $window_seconds then 2048 else 0 end as seen,
        case $stages
            when 2 then after_2
            when 3 then after_3
            when 4 then after_4
            when 5 then after_5
            when 6 then after_6
            when 7 then after_7
            when 8 then after_8
            when 9 then after_9
            when 10 then after_10
            when 11 then after_11
            when 12 then after_12
        end as last_after
    from anchors
)

select
    customer_id,
    account_id,
    split_1,
    journey_id,
    event_id,
    entered_at,
    attempt_entered_at,
    left_after,
    left_after is not null as has_left,
    excluded_after,
    seen,
    case
        when $stages >= 12 and seen >= 2048 then 12
        when $stages >= 11 and seen >= 1024 then 11
        when $stages >= 10 and seen >= 512 then 10
        when $stages >= 9 and seen >= 256 then 9
        when $stages >= 8 and seen >= 128 then 8
        when $stages >= 7 and seen >= 64 then 7
        when $stages >= 6 and seen >= 32 then 6
        when $stages >= 5 and seen >= 16 then 5
        when $stages >= 4 and seen >= 8 then 4
        when $stages >= 3 and seen >= 4 then 3
        when $stages >= 2 and seen >= 2 then 2
        else 1
    end as level,
    case
        when $stages >= 12 and seen >= 2048 then after_12
        when $stages >= 11 and seen >= 1024 then after_11
        when $stages >= 10 and seen >= 512 then after_10
        when $stages >= 9 and seen >= 256 then after_9
        when $stages >= 8 and seen >= 128 then after_8
        when $stages >= 7 and seen >= 64 then after_7
        when $stages >= 6 and seen >= 32 then after_6
        when $stages >= 5 and seen >= 16 then after_5
        when $stages >= 4 and seen >= 8 then after_4
        when $stages >= 3 and seen >= 4 then after_3
        when $stages >= 2 and seen >= 2 then after_2
        else after_1
    end as level_after,
    coalesce(
        excluded_after <= $window_seconds and not (seen >= (1 << ($stages - 1)) and last_after <= excluded_after), false
    ) as is_set_aside,
    case
        when $attribution = 'step'
            then list_min([
                    case when $step_no <= 1 and (seen & 1) > 0 then after_1 * 128 + 1 end,
                    case when $step_no <= 2 and (seen & 2) > 0 then after_2 * 128 + 2 end,
                    case when $step_no <= 3 and (seen & 4) > 0 then after_3 * 128 + 3 end,
                    case when $step_no <= 4 and (seen & 8) > 0 then after_4 * 128 + 4 end,
                    case when $step_no <= 5 and (seen & 16) > 0 then after_5 * 128 + 5 end,
                    case when $step_no <= 6 and (seen & 32) > 0 then after_6 * 128 + 6 end,
                    case when $step_no <= 7 and (seen & 64) > 0 then after_7 * 128 + 7 end,
                    case when $step_no <= 8 and (seen & 128) > 0 then after_8 * 128 + 8 end,
                    case when $step_no <= 9 and (seen & 256) > 0 then after_9 * 128 + 9 end,
                    case when $step_no <= 10 and (seen & 512) > 0 then after_10 * 128 + 10 end,
                    case when $step_no <= 11 and (seen & 1024) > 0 then after_11 * 128 + 11 end,
                    case when $step_no <= 12 and (seen & 2048) > 0 then after_12 * 128 + 12 end
                ])
    end as step_place,
    case when after_2 <= $window_seconds and after_2 >= after_1 then after_2 - after_1 end as since_2,
    case when after_3 <= $window_seconds and after_3 >= after_2 then after_3 - after_2 end as since_3,
    case when after_4 <= $window_seconds and after_4 >= after_3 then after_4 - after_3 end as since_4,
    case when after_5 <= $window_seconds and after_5 >= after_4 then after_5 - after_4 end as since_5,
    case when after_6 <= $window_seconds and after_6 >= after_5 then after_6 - after_5 end as since_6,
    case when after_7 <= $window_seconds and after_7 >= after_6 then after_7 - after_6 end as since_7,
    case when after_8 <= $window_seconds and after_8 >= after_7 then after_8 - after_7 end as since_8,
    case when after_9 <= $window_seconds and after_9 >= after_8 then after_9 - after_8 end as since_9,
    case when after_10 <= $window_seconds and after_10 >= after_9 then after_10 - after_9 end as since_10,
    case when after_11 <= $window_seconds and after_11 >= after_10 then after_11 - after_10 end as since_11,
    case when after_12 <= $window_seconds and after_12 >= after_11 then after_12 - after_11 end as since_12
from looked
