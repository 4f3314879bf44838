-- One row per person who entered the journey in the period: how far they got, in which group, and what is known of it.
--
-- grain: customer_id
-- reads: funnel_person
-- takes: ends_at (of entry), over_at (anchors until then have had their whole window)
-- note:  state_no: 0 set aside, 1 known, 2 not known and has left, 3 not known and open. The group is that of the anchor.
--        When everybody has had it, who left is not looked at
select
    *,
    split_1 as group_1,
    '' as at_piece,
    case
        when is_set_aside then 0
        when $ends_at <= $over_at or last_at <= $over_at then 1
        when has_left then 2
        else 3
    end as state_no
from funnel_person
