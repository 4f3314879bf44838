-- One row per stay of a customer in a stage: the time for which it was the highest reached in the attempt.
--
-- grain:    journey_id, customer_id, attempt_no, stage_no
-- reads:    customers, journey, journey_attempt, journey_event, journey_stage, journey_step
-- in parts: journey_id, customer_id
-- dated by: entered_at
-- note:     previous_entered_at: when the attempt before came here; here at an instant: entered before it, and not left or left at it or later; so stock = stock before + entered - left
with entries as (
    select
        journey_id,
        customer_id,
        attempt_no,
        event_id,
        stage_no,
        timestamp '1970-01-01' + (moment // 128) * interval '1' second as entered_at,
        timestamp '1970-01-01'
        + (lead(moment) over (partition by journey_id, customer_id, attempt_no order by moment) // 128) * interval '1' second as moved_at
    from journey_step
    where stage_no > highest_before
)

select
    entries.journey_id || ':' || entries.customer_id || ':' || cast(entries.attempt_no as varchar) || ':' || stage.stage_id as stay_id,
    entries.journey_id,
    entries.stage_no,
    stage.stage_id,
    stage.label as stage,
    entries.customer_id,
    journey_event.account_id,
    entries.attempt_no,
    entries.event_id,
    entries.entered_at,
    lag(entries.entered_at) over (
        partition by entries.journey_id, entries.customer_id, entries.stage_no order by entries.attempt_no
    ) as previous_entered_at,
    entries.moved_at,
    coalesce(entries.moved_at, journey_attempt.left_at) as left_at,
    case when entries.moved_at is not null then 'moved on' else journey_attempt.left_by end as left_by,
    case when next_stage.stage_no is not null then coalesce(next_stage.within_seconds, journey.window_seconds) end as within_seconds,
    journey_attempt.as_of,
    journey_event.channel,
    journey_event.segment,
    journey_event.region,
    journey_event.customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    journey_event.event as subject,
    'came here with ' || journey_event.event as because
from entries
inner join journey
    on entries.journey_id = journey.journey_id
inner join journey_stage as stage
    on entries.journey_id = stage.journey_id and entries.stage_no = stage.stage_no
left join journey_stage as next_stage
    on entries.journey_id = next_stage.journey_id and entries.stage_no + 1 = next_stage.stage_no
inner join journey_event
    on entries.journey_id = journey_event.journey_id and entries.event_id = journey_event.event_id
inner join journey_attempt
    on entries.journey_id = journey_attempt.journey_id
    and entries.customer_id = journey_attempt.customer_id
    and entries.attempt_no = journey_attempt.attempt_no
left join customers
    on entries.customer_id = customers.customer_id
