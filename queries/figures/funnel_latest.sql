-- One row per person who entered the journey in the period: how far their furthest anchor led, of equally far ones the earliest.
--
-- grain: customer_id
-- reads: funnel_anchor
-- takes: is_split
-- note:  stands for funnel_person where each first stage is counted from anew. first_at and last_at are those of all anchors: what
--        happened is known when the window of the last of them is over. place holds, from the highest bits down, the level, the
--        anchor's second (the earlier the greater), the stages seen, set aside and left: its greatest is all that counting needs
with furthest as (
    select
        *,
        (cast(level as bigint) << 48)
        + ((17179869183 - epoch_us(entered_at) // 1000000) << 14)
        + (seen << 2)
        + case when is_set_aside then 2 else 0 end
        + case when has_left then 1 else 0 end as place
    from funnel_anchor
),

best as (
    select
        customer_id,
        min(entered_at) as first_at,
        max(entered_at) as last_at,
        max(place) as place,
        arg_max(entered_at, place) as entered_at,
        arg_max_null(split_1, place) as split_1,
        arg_max_null(account_id, place) as account_id,
        arg_max_null(journey_id, place) as journey_id,
        arg_max_null(event_id, place) as event_id,
        arg_max_null(attempt_entered_at, place) as attempt_entered_at,
        arg_max_null(left_after, place) as left_after,
        arg_max_null(excluded_after, place) as excluded_after,
        arg_max_null(step_place, place) as step_place,
        arg_max_null(level_after, place) as level_after,
        arg_max_null(since_2, place) as since_2,
        arg_max_null(since_3, place) as since_3,
        arg_max_null(since_4, place) as since_4,
        arg_max_null(since_5, place) as since_5,
        arg_max_null(since_6, place) as since_6,
        arg_max_null(since_7, place) as since_7,
        arg_max_null(since_8, place) as since_8,
        arg_max_null(since_9, place) as since_9,
        arg_max_null(since_10, place) as since_10,
        arg_max_null(since_11, place) as since_11,
        arg_max_null(since_12, place) as since_12
    from furthest
    group by customer_id
)

select
    customer_id,
    first_at,
    last_at,
    entered_at,
    case when $is_split then split_1 else '' end as split_1,
    (place & 2) > 0 as is_set_aside,
    (place & 1) > 0 as has_left,
    cast((place >> 2) & 4095 as integer) as seen,
    cast(place >> 48 as integer) as level,
    account_id,
    journey_id,
    event_id,
    attempt_entered_at,
    left_after,
    excluded_after,
    step_place,
    level_after,
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
from best
