-- One row per step back: a customer came to an earlier stage than the one last seen in, within one attempt.
--
-- grain:    journey_id, event_id
-- reads:    customers, journey_attempt, journey_event, journey_stage, journey_step
-- in parts: journey_id, customer_id
-- dated by: stepped_back_at
-- note:     stage is the one gone back to, from_stage the one come from. It does not undo the highest stage reached
select
    journey_event.journey_id || ':' || journey_event.event_id as step_back_id,
    journey_step.journey_id,
    journey_step.stage_no,
    stage.stage_id,
    stage.label as stage,
    from_stage.stage_no as from_stage_no,
    from_stage.stage_id as from_stage_id,
    journey_step.customer_id,
    journey_event.account_id,
    journey_step.attempt_no,
    journey_step.event_id,
    journey_event.happened_at as stepped_back_at,
    journey_attempt.as_of,
    journey_event.channel,
    journey_event.segment,
    journey_event.region,
    journey_event.customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    journey_event.event as subject,
    'came back from ' || from_stage.label || ' with ' || journey_event.event as because
from journey_step
inner join journey_event
    on journey_step.journey_id = journey_event.journey_id and journey_step.event_id = journey_event.event_id
inner join journey_attempt
    on journey_step.journey_id = journey_attempt.journey_id
    and journey_step.customer_id = journey_attempt.customer_id
    and journey_step.attempt_no = journey_attempt.attempt_no
inner join journey_stage as stage
    on journey_step.journey_id = stage.journey_id and journey_step.stage_no = stage.stage_no
inner join journey_stage as from_stage
    on journey_step.journey_id = from_stage.journey_id and journey_step.stage_before % 128 = from_stage.stage_no
left join customers
    on journey_step.customer_id = customers.customer_id
where not journey_step.starts_attempt
    and journey_step.stage_before % 128 > journey_step.stage_no
