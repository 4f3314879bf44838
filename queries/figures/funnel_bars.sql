-- One row per moment from which somebody's way is counted who entered the journey in the period: how many stages were seen in time.
--
-- grain: customer_id, entered_at
-- reads: selected_rows
-- takes: starts_at, ends_at (of entry), window_seconds, stages, mode (any), anchor, attribution, step_no, never (more than any seconds)
-- note:  stands for funnel_anchor where the stages count in any order: the k-th stage seen stands for stage k. in_k is when the
--        k-th was seen: each stage's time is put into its place among those before it, which is quicker than to sort lists
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
        case when $stages >= 1 then next_1 end as after_1,
        case when $stages >= 2 then next_2 end as after_2,
        case when $stages >= 3 then next_3 end as after_3,
        case when $stages >= 4 then next_4 end as after_4,
        case when $stages >= 5 then next_5 end as after_5,
        case when $stages >= 6 then next_6 end as after_6,
        case when $stages >= 7 then next_7 end as after_7,
        case when $stages >= 8 then next_8 end as after_8,
        case when $stages >= 9 then next_9 end as after_9,
        case when $stages >= 10 then next_10 end as after_10,
        case when $stages >= 11 then next_11 end as after_11,
        case when $stages >= 12 then next_12 end as after_12
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
        coalesce(after_1, $never) as in_1
    from anchors
),

turned_2 as (
    select
        * exclude (in_1),
        case when $stages >= 2 then least(in_1, coalesce(after_2, $never)) else in_1 end as in_1,
        case when $stages >= 2 then greatest(in_1, coalesce(after_2, $never)) end as in_2
    from looked
),

turned_3 as (
    select
        * exclude (in_1, in_2),
        case when $stages >= 3 then least(in_1, coalesce(after_3, $never)) else in_1 end as in_1,
        case when $stages >= 3 then least(in_2, greatest(in_1, coalesce(after_3, $never))) else in_2 end as in_2,
        case when $stages >= 3 then greatest(in_2, coalesce(after_3, $never)) end as in_3
    from turned_2
),

turned_4 as (
    select
        * exclude (in_1, in_2, in_3),
        case when $stages >= 4 then least(in_1, coalesce(after_4, $never)) else in_1 end as in_1,
        case when $stages >= 4 then least(in_2, greatest(in_1, coalesce(after_4, $never))) else in_2 end as in_2,
        case when $stages >= 4 then least(in_3, greatest(in_2, coalesce(after_4, $never))) else in_3 end as in_3,
        case when $stages >= 4 then greatest(in_3, coalesce(after_4, $never)) end as in_4
    from turned_3
),

turned_5 as (
    select
        * exclude (in_1, in_2, in_3, in_4),
        case when $stages >= 5 then least(in_1, coalesce(after_5, $never)) else in_1 end as in_1,
        case when $stages >= 5 then least(in_2, greatest(in_1, coalesce(after_5, $never))) else in_2 end as in_2,
        case when $stages >= 5 then least(in_3, greatest(in_2, coalesce(after_5, $never))) else in_3 end as in_3,
        case when $stages >= 5 then least(in_4, greatest(in_3, coalesce(after_5, $never))) else in_4 end as in_4,
        case when $stages >= 5 then greatest(in_4, coalesce(after_5, $never)) end as in_5
    from turned_4
),

turned_6 as (
    select
        * exclude (in_1, in_2, in_3, in_4, in_5),
        case when $stages >= 6 then least(in_1, coalesce(after_6, $never)) else in_1 end as in_1,
        case when $stages >= 6 then least(in_2, greatest(in_1, coalesce(after_6, $never))) else in_2 end as in_2,
        case when $stages >= 6 then least(in_3, greatest(in_2, coalesce(after_6, $never))) else in_3 end as in_3,
        case when $stages >= 6 then least(in_4, greatest(in_3, coalesce(after_6, $never))) else in_4 end as in_4,
        case when $stages >= 6 then least(in_5, greatest(in_4, coalesce(after_6, $never))) else in_5 end as in_5,
        case when $stages >= 6 then greatest(in_5, coalesce(after_6, $never)) end as in_6
    from turned_5
),

turned_7 as (
    select
        * exclude (in_1, in_2, in_3, in_4, in_5, in_6),
        case when $stages >= 7 then least(in_1, coalesce(after_7, $never)) else in_1 end as in_1,
        case when $stages >= 7 then least(in_2, greatest(in_1, coalesce(after_7, $never))) else in_2 end as in_2,
        case when $stages >= 7 then least(in_3, greatest(in_2, coalesce(after_7, $never))) else in_3 end as in_3,
        case when $stages >= 7 then least(in_4, greatest(in_3, coalesce(after_7, $never))) else in_4 end as in_4,
        case when $stages >= 7 then least(in_5, greatest(in_4, coalesce(after_7, $never))) else in_5 end as in_5,
        case when $stages >= 7 then least(in_6, greatest(in_5, coalesce(after_7, $never))) else in_6 end as in_6,
        case when $stages >= 7 then greatest(in_6, coalesce(after_7, $never)) end as in_7
    from turned_6
),

turned_8 as (
    select
        * exclude (in_1, in_2, in_3, in_4, in_5, in_6, in_7),
        case when $stages >= 8 then least(in_1, coalesce(after_8, $never)) else in_1 end as in_1,
        case when $stages >= 8 then least(in_2, greatest(in_1, coalesce(after_8, $never))) else in_2 end as in_2,
        case when $stages >= 8 then least(in_3, greatest(in_2, coalesce(after_8, $never))) else in_3 end as in_3,
        case when $stages >= 8 then least(in_4, greatest(in_3, coalesce(after_8, $never))) else in_4 end as in_4,
        case when $stages >= 8 then least(in_5, greatest(in_4, coalesce(after_8, $never))) else in_5 end as in_5,
        case when $stages >= 8 then least(in_6, greatest(in_5, coalesce(after_8, $never))) else in_6 end as in_6,
        case when $stages >= 8 then least(in_7, greatest(in_6, coalesce(after_8, $never))) else in_7 end as in_7,
        case when $stages >= 8 then greatest(in_7, coalesce(after_8, $never)) end as in_8
    from turned_7
),

turned_9 as (
    select
        * exclude (in_1, in_2, in_3, in_4, in_5, in_6, in_7, in_8),
        case when $stages >= 9 then least(in_1, coalesce(after_9, $never)) else in_1 end as in_1,
        case when $stages >= 9 then least(in_2, greatest(in_1, coalesce(after_9, $never))) else in_2 end as in_2,
        case when $stages >= 9 then least(in_3, greatest(in_2, coalesce(after_9, $never))) else in_3 end as in_3,
        case when $stages >= 9 then least(in_4, greatest(in_3, coalesce(after_9, $never))) else in_4 end as in_4,
        case when $stages >= 9 then least(in_5, greatest(in_4, coalesce(after_9, $never))) else in_5 end as in_5,
        case when $stages >= 9 then least(in_6, greatest(in_5, coalesce(after_9, $never))) else in_6 end as in_6,
        case when $stages >= 9 then least(in_7, greatest(in_6, coalesce(after_9, $never))) else in_7 end as in_7,
        case when $stages >= 9 then least(in_8, greatest(in_7, coalesce(after_9, $never))) else in_8 end as in_8,
        case when $stages >= 9 then greatest(in_8, coalesce(after_9, $never)) end as in_9
    from turned_8
),

turned_10 as (
    select
        * exclude (in_1, in_2, in_3, in_4, in_5, in_6, in_7, in_8, in_9),
        case when $stages >= 10 then least(in_1, coalesce(after_10, $never)) else in_1 end as in_1,
        case when $stages >= 10 then least(in_2, greatest(in_1, coalesce(after_10, $never))) else in_2 end as in_2,
        case when $stages >= 10 then least(in_3, greatest(in_2, coalesce(after_10, $never))) else in_3 end as in_3,
        case when $stages >= 10 then least(in_4, greatest(in_3, coalesce(after_10, $never))) else in_4 end as in_4,
        case when $stages >= 10 then least(in_5, greatest(in_4, coalesce(after_10, $never))) else in_5 end as in_5,
        case when $stages >= 10 then least(in_6, greatest(in_5, coalesce(after_10, $never))) else in_6 end as in_6,
        case when $stages >= 10 then least(in_7, greatest(in_6, coalesce(after_10, $never))) else in_7 end as in_7,
        case when $stages >= 10 then least(in_8, greatest(in_7, coalesce(after_10, $never))) else in_8 end as in_8,
        case when $stages >= 10 then least(in_9, greatest(in_8, coalesce(after_10, $never))) else in_9 end as in_9,
        case when $stages >= 10 then greatest(in_9, coalesce(after_10, $never)) end as in_10
    from turned_9
),

turned_11 as (
    select
        * exclude (in_1, in_2, in_3, in_4, in_5, in_6, in_7, in_8, in_9, in_10),
        case when $stages >= 11 then least(in_1, coalesce(after_11, $never)) else in_1 end as in_1,
        case when $stages >= 11 then least(in_2, greatest(in_1, coalesce(after_11, $never))) else in_2 end as in_2,
        case when $stages >= 11 then least(in_3, greatest(in_2, coalesce(after_11, $never))) else in_3 end as in_3,
        case when $stages >= 11 then least(in_4, greatest(in_3, coalesce(after_11, $never))) else in_4 end as in_4,
        case when $stages >= 11 then least(in_5, greatest(in_4, coalesce(after_11, $never))) else in_5 end as in_5,
        case when $stages >= 11 then least(in_6, greatest(in_5, coalesce(after_11, $never))) else in_6 end as in_6,
        case when $stages >= 11 then least(in_7, greatest(in_6, coalesce(after_11, $never))) else in_7 end as in_7,
        case when $stages >= 11 then least(in_8, greatest(in_7, coalesce(after_11, $never))) else in_8 end as in_8,
        case when $stages >= 11 then least(in_9, greatest(in_8, coalesce(after_11, $never))) else in_9 end as in_9,
        case when $stages >= 11 then least(in_10, greatest(in_9, coalesce(after_11, $never))) else in_10 end as in_10,
        case when $stages >= 11 then greatest(in_10, coalesce(after_11, $never)) end as in_11
    from turned_10
),

turned_12 as (
    select
        * exclude (in_1, in_2, in_3, in_4, in_5, in_6, in_7, in_8, in_9, in_10, in_11),
        case when $stages >= 12 then least(in_1, coalesce(after_12, $never)) else in_1 end as in_1,
        case when $stages >= 12 then least(in_2, greatest(in_1, coalesce(after_12, $never))) else in_2 end as in_2,
        case when $stages >= 12 then least(in_3, greatest(in_2, coalesce(after_12, $never))) else in_3 end as in_3,
        case when $stages >= 12 then least(in_4, greatest(in_3, coalesce(after_12, $never))) else in_4 end as in_4,
        case when $stages >= 12 then least(in_5, greatest(in_4, coalesce(after_12, $never))) else in_5 end as in_5,
        case when $stages >= 12 then least(in_6, greatest(in_5, coalesce(after_12, $never))) else in_6 end as in_6,
        case when $stages >= 12 then least(in_7, greatest(in_6, coalesce(after_12, $never))) else in_7 end as in_7,
        case when $stages >= 12 then least(in_8, greatest(in_7, coalesce(after_12, $never))) else in_8 end as in_8,
        case when $stages >= 12 then least(in_9, greatest(in_8, coalesce(after_12, $never))) else in_9 end as in_9,
        case when $stages >= 12 then least(in_10, greatest(in_9, coalesce(after_12, $never))) else in_10 end as in_10,
        case when $stages >= 12 then least(in_11, greatest(in_10, coalesce(after_12, $never))) else in_11 end as in_11,
        case when $stages >= 12 then greatest(in_11, coalesce(after_12, $never)) end as in_12
    from turned_11
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
    bit_count(seen) as level,
    case bit_count(seen)
        when 1 then in_1
        when 2 then in_2
        when 3 then in_3
        when 4 then in_4
        when 5 then in_5
        when 6 then in_6
        when 7 then in_7
        when 8 then in_8
        when 9 then in_9
        when 10 then in_10
        when 11 then in_11
        when 12 then in_12
    end as level_after,
    coalesce(
        excluded_after <= $window_seconds
        and not (
            seen = (1 << $stages) - 1
            and greatest(
                after_1, after_2, after_3, after_4, after_5, after_6, after_7, after_8, after_9, after_10, after_11, after_12
            ) <= excluded_after
        ),
        false
    ) as is_set_aside,
    case
        when $attribution = 'step' and bit_count(seen) >= $step_no
            then list_sort([
                    after_1 * 128 + 1, after_2 * 128 + 2, after_3 * 128 + 3, after_4 * 128 + 4, after_5 * 128 + 5, after_6 * 128 + 6,
                    after_7 * 128 + 7, after_8 * 128 + 8, after_9 * 128 + 9, after_10 * 128 + 10, after_11 * 128 + 11, after_12 * 128 + 12
                ], 'asc', 'nulls last')[$step_no]
    end as step_place,
    case when in_2 <= $window_seconds then in_2 - in_1 end as since_2,
    case when in_3 <= $window_seconds then in_3 - in_2 end as since_3,
    case when in_4 <= $window_seconds then in_4 - in_3 end as since_4,
    case when in_5 <= $window_seconds then in_5 - in_4 end as since_5,
    case when in_6 <= $window_seconds then in_6 - in_5 end as since_6,
    case when in_7 <= $window_seconds then in_7 - in_6 end as since_7,
    case when in_8 <= $window_seconds then in_8 - in_7 end as since_8,
    case when in_9 <= $window_seconds then in_9 - in_8 end as since_9,
    case when in_10 <= $window_seconds then in_10 - in_9 end as since_10,
    case when in_11 <= $window_seconds then in_11 - in_10 end as since_11,
    case when in_12 <= $window_seconds then in_12 - in_11 end as since_12
from turned_12
