-- One row per person who entered the journey in the period: how long until a stage or a later one, and until a later stage still.
--
-- grain: customer_id
-- reads: selected_rows
-- takes: starts_at, ends_at (of the attempt's start), from_no, to_no (stages)
select
    *,
    least(
        case when $from_no <= 1 and $to_no > 1 then next_1 end,
        case when $from_no <= 2 and $to_no > 2 then next_2 end,
        case when $from_no <= 3 and $to_no > 3 then next_3 end,
        case when $from_no <= 4 and $to_no > 4 then next_4 end,
        case when $from_no <= 5 and $to_no > 5 then next_5 end,
        case when $from_no <= 6 and $to_no > 6 then next_6 end,
        case when $from_no <= 7 and $to_no > 7 then next_7 end,
        case when $from_no <= 8 and $to_no > 8 then next_8 end,
        case when $from_no <= 9 and $to_no > 9 then next_9 end,
        case when $from_no <= 10 and $to_no > 10 then next_10 end,
        case when $from_no <= 11 and $to_no > 11 then next_11 end
    ) as from_after,
    least(
        case when $to_no <= 2 then next_2 end,
        case when $to_no <= 3 then next_3 end,
        case when $to_no <= 4 then next_4 end,
        case when $to_no <= 5 then next_5 end,
        case when $to_no <= 6 then next_6 end,
        case when $to_no <= 7 then next_7 end,
        case when $to_no <= 8 then next_8 end,
        case when $to_no <= 9 then next_9 end,
        case when $to_no <= 10 then next_10 end,
        case when $to_no <= 11 then next_11 end,
        next_12
    ) as to_after
from selected_rows
where
    starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
    and (previous_entered_at is null or previous_entered_at < $starts_at)
