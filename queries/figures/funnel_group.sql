-- One row per person who entered the journey in the period, in the group under which it is shown: its own.
--
-- grain: customer_id
-- reads: funnel_place
select
    *,
    group_1 as split_1
from (select * exclude (split_1) from funnel_place) as people
