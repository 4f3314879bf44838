-- One row per moment from which somebody's way is counted who entered the journey in the period: the stages seen in its time.
--
-- grain: customer_id, entered_at
-- reads: selected_rows
-- takes: starts_at, ends_at (of entry), window_seconds, stages, mode, anchor
-- note:  stands for funnel_anchor and funnel_bars where people are only counted: their columns that counting needs, and whose
--        entries they are, are the same.
with anchors as (
    select
        customer_id,
        split_1,
        entered_at,
        excluded_after,
        left_after is not null as has_left,
        straight_through,
        case when $mode = 'ordered' or next_1 <= $window_seconds then 1 else 0 end
        + case when $stages >= 2 and if($mode = 'ordered', then_2, next_2) <= $window_seconds then 2 else 0 end
        + case when $stages >= 3 and if($mode = 'ordered', then_3, next_3) <= $window_seconds then 4 else 0 end
        + case when $stages >= 4 and if($mode = 'ordered', then_4, next_4) <= $window_seconds then 8 else 0 end
        + case when $stages >= 5 and if($mode = 'ordered', then_5, next_5) <= $window_seconds then 16 else 0 end
        + case when $stages >= 6 and if($mode = 'ordered', then_6, next_6) <= $window_seconds then 32 else 0 end
        + case when $stages >= 7 and if($mode = 'ordered', then_7, next_7) <= $window_seconds then 64 else 0 end
        + case when $stages >= 8 and if($mode = 'ordered', then_8, next_8) <= $window_seconds then 128 else 0 end
        + case when $stages >= 9 and if($mode = 'ordered', then_9, next_9) <= $window_seconds then 256 else 0 end
        + case when $stages >= 10 and if($mode = 'ordered', then_10, next_10) <= $window_seconds then 512 else 0 end
        + case when $stages >= 11 and if($mode = 'ordered', then_11, next_11) <= $window_seconds then 1024 else 0 end
        + case when $stages >= 12 and if($mode = 'ordered', then_12, next_12) <= $window_seconds then 2048 else 0 end as in_time,
        then_2, then_3, then_4, then_5, then_6, then_7, then_8, then_9, then_10, then_11, then_12,
        next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12
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
        case when $mode = 'strict' then in_time & ((1 << greatest(straight_through, 1)) - 1) else in_time end as seen
    from anchors
)

select
    customer_id,
    split_1,
    entered_at,
    has_left,
    seen,
    case
        when excluded_after is null or excluded_after > $window_seconds then false
        when $mode = 'any'
            then
                seen < (1 << $stages) - 1
                or greatest(next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12)
                > excluded_after
        when seen < 1 << ($stages - 1) then true
        when $mode = 'ordered'
            then
                case $stages
                    when 2 then then_2
                    when 3 then then_3
                    when 4 then then_4
                    when 5 then then_5
                    when 6 then then_6
                    when 7 then then_7
                    when 8 then then_8
                    when 9 then then_9
                    when 10 then then_10
                    when 11 then then_11
                    when 12 then then_12
                end > excluded_after
        else
            case $stages
                when 2 then next_2
                when 3 then next_3
                when 4 then next_4
                when 5 then next_5
                when 6 then next_6
                when 7 then next_7
                when 8 then next_8
                when 9 then next_9
                when 10 then next_10
                when 11 then next_11
                when 12 then next_12
            end > excluded_after
    end as is_set_aside
from looked
