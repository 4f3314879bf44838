-- Stages of journeys that no event of this data means.
--
-- severity: note
-- sentence: No event of this data means these stages of journeys; nobody can be seen in them.
-- reads:    stage_heard
select
    journey_id,
    stage_id
from stage_heard
where events = 0
