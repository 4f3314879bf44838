-- One row per attempt of a customer at a journey, with when and how it ended.
--
-- grain:    journey_id, customer_id, attempt_no
-- reads:    journey, journey_as_of, journey_step
-- in parts: journey_id, customer_id
-- dated by: left_at
-- note:     an attempt without an event for the idle gap is over at the gap's end, if that is known at as_of; else it goes on
with attempts as (
    select
        journey_step.journey_id,
        journey_step.customer_id,
        journey_step.attempt_no,
        journey_step.stretch_ends_at % 128 = 99 as has_exit,
        timestamp '1970-01-01'
        + (journey_step.stretch_ends_at // 128 // 86400) * interval '1' day
        + (journey_step.stretch_ends_at // 128 % 86400) * interval '1' second as last_at,
        timestamp '1970-01-01'
        + ((journey_step.stretch_ends_at // 128 + journey.idle_gap_seconds) // 86400) * interval '1' day
        + ((journey_step.stretch_ends_at // 128 + journey.idle_gap_seconds) % 86400) * interval '1' second as idle_at,
        journey_as_of.as_of
    from journey_step
    inner join journey
        on journey_step.journey_id = journey.journey_id
    inner join journey_as_of
        on journey_step.journey_id = journey_as_of.journey_id
    where journey_step.starts_attempt
)

select
    journey_id,
    customer_id,
    attempt_no,
    case when has_exit then last_at when idle_at <= as_of then idle_at end as left_at,
    case when has_exit then 'exit' when idle_at <= as_of then 'idle' end as left_by,
    as_of
from attempts
