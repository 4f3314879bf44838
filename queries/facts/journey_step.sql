-- One row per event on a customer's way through a journey, with the attempt it belongs to.
--
-- grain:    journey_id, customer_id, moment, event_id
-- reads:    journey, journey_as_of, journey_event
-- in parts: journey_id, customer_id
-- dated by: moment
-- note:     a stretch of events ends with an exit or before an idle gap; an attempt is a stretch from its first stage on.
--           The same stage twice in a second is one. highest_before * 16 works because a stage's number is below 16
with followed as (
    select
        journey_event.journey_id,
        journey_event.customer_id,
        journey_event.moment,
        journey_event.event_id,
        journey_event.stage_no,
        journey_event.sets_aside,
        journey.idle_gap_seconds,
        lag(journey_event.moment) over (
            partition by journey_event.journey_id, journey_event.customer_id
            order by journey_event.moment, journey_event.event_id
        ) as moment_before
    from journey_event
    inner join journey
        on journey_event.journey_id = journey.journey_id
    inner join journey_as_of
        on journey_event.journey_id = journey_as_of.journey_id
    where journey_event.happened_at <= journey_as_of.as_of
),

parted as (
    select
        journey_id,
        customer_id,
        moment,
        event_id,
        stage_no,
        sets_aside,
        moment_before,
        case
            when moment_before is null or moment_before % 128 = 99 or moment // 128 - moment_before // 128 > idle_gap_seconds
                then moment
        end as begins_at
    from followed
    where moment_before is null or moment_before <> moment or moment % 128 = 98
),

stretched as (
    select
        journey_id,
        customer_id,
        moment,
        event_id,
        stage_no,
        sets_aside,
        last_value(begins_at ignore nulls) over upto as stretch_begins_at,
        first_value(begins_at ignore nulls) over later as next_begins_at,
        first_value(case when begins_at is not null then moment_before end ignore nulls) over later as stretch_ends_at,
        last_value(moment) over whole as last_at,
        last_value(case when stage_no is not null then moment end ignore nulls) over earlier as stage_before
    from parted
    window
        upto as (
            partition by journey_id, customer_id order by moment, event_id rows between unbounded preceding and current row
        ),
        earlier as (
            partition by journey_id, customer_id order by moment, event_id rows between unbounded preceding and 1 preceding
        ),
        later as (
            partition by journey_id, customer_id order by moment, event_id rows between 1 following and unbounded following
        ),
        whole as (
            partition by journey_id, customer_id order by moment, event_id rows between unbounded preceding and unbounded following
        )
),

counted as (
    select
        journey_id,
        customer_id,
        moment,
        event_id,
        stage_no,
        sets_aside,
        stage_before,
        stretch_begins_at,
        next_begins_at,
        coalesce(stretch_ends_at, last_at) as stretch_ends_at,
        stage_no is not null and (stage_before is null or stage_before < stretch_begins_at) as starts_attempt,
        max(case when stage_no is not null then stretch_begins_at * 16 + stage_no end) over (
            partition by journey_id, customer_id order by moment, event_id rows between unbounded preceding and 1 preceding
        ) as highest_before
    from stretched
)

select
    journey_id,
    customer_id,
    moment,
    event_id,
    stage_no,
    stage_before,
    next_begins_at,
    stretch_ends_at,
    starts_attempt,
    count(case when starts_attempt then 1 end) over (
        partition by journey_id, customer_id order by moment, event_id rows between unbounded preceding and current row
    ) as attempt_no,
    case when highest_before // 16 = stretch_begins_at then highest_before % 16 else 0 end as highest_before,
    coalesce(
        highest_before // 16 = stretch_begins_at
        and sets_aside // nullif(cast(power(2, highest_before % 16) as bigint), 0) % 2 = 1,
        false
    ) as is_set_aside
from counted
