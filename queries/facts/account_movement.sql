-- One row per movement of an account, with the segment it is booked in and what it changes.
--
-- grain:     account_id, moved_on, movement
-- reads:     account_change
-- dated by:  moved_on
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      a loss is booked in the segment of the day before; a change of segment moves the value of the day before,
--            and a change of value follows in the new segment; known_again and not_known change nothing but whether the value is known in full
select
    account_id,
    day as moved_on,
    'began' as movement,
    segment,
    cast(null as varchar) as other_segment,
    1 as customers_change,
    cents,
    is_known,
    case when is_known then 1 else 0 end as known_change
from account_change
where is_customer and not was_customer
union all
select
    account_id,
    day as moved_on,
    'lost' as movement,
    segment_before as segment,
    cast(null as varchar) as other_segment,
    -1 as customers_change,
    -cents_before as cents,
    was_known as is_known,
    case when was_known then -1 else 0 end as known_change
from account_change
where was_customer and not is_customer
union all
select
    account_id,
    day as moved_on,
    'moved_out' as movement,
    segment_before as segment,
    segment as other_segment,
    -1 as customers_change,
    -cents_before as cents,
    was_known as is_known,
    case when was_known then -1 else 0 end as known_change
from account_change
where was_customer and is_customer and segment <> segment_before
union all
select
    account_id,
    day as moved_on,
    'moved_in' as movement,
    segment,
    segment_before as other_segment,
    1 as customers_change,
    cents_before as cents,
    was_known as is_known,
    case when was_known then 1 else 0 end as known_change
from account_change
where was_customer and is_customer and segment <> segment_before
union all
select
    account_id,
    day as moved_on,
    case
        when cents > cents_before then 'grown'
        when cents < cents_before then 'shrunk'
        when is_known then 'known_again'
        else 'not_known'
    end as movement,
    segment,
    cast(null as varchar) as other_segment,
    0 as customers_change,
    cents - cents_before as cents,
    was_known and is_known as is_known,
    case when is_known then 1 else 0 end - case when was_known then 1 else 0 end as known_change
from account_change
where was_customer and is_customer and (cents <> cents_before or is_known <> was_known)
