-- One row per stage of every journey, with the time that leads from it to the next, and until when the journey is known.
--
-- grain: journey_id, stage_no
-- reads: journey, journey_stage, journey_as_of, stage_heard
-- note:  is_unheard: nothing in the data means the stage; own_within_seconds: its own time from the stage before; what is said of moving on (time, target, words, promise) stands on the stage moved to, and is told here of the stage left
select
    journey.journey_id,
    journey.title,
    journey.window_seconds,
    journey.stage_count,
    journey.is_default,
    journey.per,
    journey_as_of.as_of,
    stage.stage_no,
    stage.stage_id,
    stage.says,
    stage.label,
    stage.owner,
    stage.dimension,
    stage.is_optional,
    stage.within_seconds as own_within_seconds,
    case when onward.stage_no is not null then coalesce(onward.within_seconds, journey.window_seconds) end as within_seconds,
    onward.promise,
    onward.target,
    onward.moved_words,
    coalesce(heard.events = 0, false) as is_unheard
from journey
inner join journey_stage as stage on journey.journey_id = stage.journey_id
inner join journey_as_of on journey.journey_id = journey_as_of.journey_id
left join stage_heard as heard on journey.journey_id = heard.journey_id and stage.stage_no = heard.stage_no
left join journey_stage as onward on journey.journey_id = onward.journey_id and stage.stage_no + 1 = onward.stage_no
order by journey.journey_id, stage.stage_no
