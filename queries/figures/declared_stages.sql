-- One row per stage of every journey, as it was declared when the snapshot was made.
--
-- grain: journey_id, stage_no
-- reads: journey, journey_stage
select
    journey.journey_id,
    journey.title,
    journey.window_seconds,
    journey.idle_gap_seconds,
    journey.per,
    stage.stage_no,
    stage.stage_id,
    stage.says,
    stage.label,
    stage.owner,
    stage.dimension,
    stage.is_optional,
    stage.within_seconds,
    stage.promise,
    stage.target,
    stage.moved_words
from journey
inner join journey_stage as stage on journey.journey_id = stage.journey_id
order by journey.journey_id, stage.stage_no
