-- Stages of journeys that no event of this data means.
--
-- severity: note
-- sentence: No event of this data means these stages of journeys; nobody can be seen in them.
-- reads:    fct_event, journey_rule, journey_stage
with told as (
    select distinct event
    from fct_event
),

heard as (
    select distinct journey_rule.journey_id, journey_rule.stage_no
    from journey_rule
    inner join told on told.event = journey_rule.event
    where journey_rule.rule = 'stage'
)

select journey_stage.journey_id, journey_stage.stage_id
from journey_stage
left join heard on heard.journey_id = journey_stage.journey_id and heard.stage_no = journey_stage.stage_no
where heard.journey_id is null
