-- One row per moment from which one customer's way through the journey can be counted, with when each stage came after it.
--
-- grain: customer_id, entered_at
-- reads: selected_rows
-- takes: customer_id
select
    attempt_no,
    event_id,
    entered_at,
    entered_stage,
    starts_attempt,
    is_first_entry,
    first_entered_at,
    left_after,
    left_by,
    excluded_after,
    straight_through,
    [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12] as nexts,
    [0, then_2, then_3, then_4, then_5, then_6, then_7, then_8, then_9, then_10, then_11, then_12] as thens,
    because
from selected_rows
where customer_id = $customer_id
order by entered_at
