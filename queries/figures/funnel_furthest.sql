-- One row per person who entered the journey in the period: the stages seen from their furthest anchor, of equally far ones the earliest.
--
-- grain: customer_id
-- reads: funnel_anchor
-- takes: is_split, mode, stages
-- note:  stands for funnel_person where each first stage is counted from anew and people are only counted. place holds, as in
--        funnel_latest, the level, the anchor's second (the earlier the greater), the stages seen, set aside and left
with furthest as (
    select
        customer_id,
        split_1,
        entered_at,
        (
            cast(
                case
                    when $mode = 'any' then bit_count(seen)
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
                end as bigint
            ) << 48
        )
        + ((17179869183 - epoch_us(entered_at) // 1000000) << 14)
        + (seen << 2)
        + case when is_set_aside then 2 else 0 end
        + case when has_left then 1 else 0 end as place
    from funnel_anchor
),

best as (
    select
        customer_id,
        max(entered_at) as last_at,
        max(place) as place,
        arg_max_null(split_1, place) as split_1
    from furthest
    group by customer_id
)

select
    customer_id,
    last_at,
    case when $is_split then split_1 else '' end as split_1,
    (place & 2) > 0 as is_set_aside,
    (place & 1) > 0 as has_left,
    cast((place >> 2) & 4095 as integer) as seen
from best
