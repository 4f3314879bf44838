-- One row per stage of a journey: how many events of this data mean it, of how many customers, from when to when.
--
-- grain:    journey_id, stage_no
-- reads:    journey_event, journey_stage
-- in parts: journey_id
-- dated by: last_at
-- note:     no events: nobody can be seen in the stage, which every answer about the journey says
select
    journey_stage.journey_id,
    journey_stage.stage_no,
    journey_stage.stage_id,
    count(journey_event.event_id) as events,
    count(distinct journey_event.customer_id) as customers,
    min(journey_event.happened_at) as first_at,
    max(journey_event.happened_at) as last_at
from journey_stage
left join journey_event
    on journey_stage.journey_id = journey_event.journey_id and journey_stage.stage_no = journey_event.stage_no
group by journey_stage.journey_id, journey_stage.stage_no, journey_stage.stage_id
