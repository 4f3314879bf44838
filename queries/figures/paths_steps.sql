-- One row per person and place on their way, with the place that came next and the whole way in words.
--
-- grain: customer_id, step
-- reads: paths_known, journey_event, journey_stage
-- takes: of (stages or channels), steps (places told of a path), no_further (what the end of a path is called)
-- note:  the events of stages in the attempt, until the window's end (its last second counts) or until they left; the same stage
--        twice in a second is one event, a place that follows itself is one
with places as (
    select
        paths_known.customer_id,
        journey_event.moment,
        journey_event.event_id,
        case $of when 'stages' then journey_stage.label else journey_event.channel end as place
    from paths_known
    inner join journey_event
        on paths_known.journey_id = journey_event.journey_id and paths_known.customer_id = journey_event.customer_id
    inner join journey_stage
        on journey_event.journey_id = journey_stage.journey_id and journey_event.stage_no = journey_stage.stage_no
    where journey_event.happened_at >= paths_known.entered_at and journey_event.happened_at <= paths_known.until_at
    qualify row_number() over (partition by paths_known.customer_id, journey_event.moment order by journey_event.event_id) = 1
),

moves as (
    select
        customer_id,
        moment,
        event_id,
        place
    from places
    qualify place is distinct from lag(place) over (partition by customer_id order by moment, event_id)
),

steps as (
    select
        customer_id,
        place,
        row_number() over (partition by customer_id order by moment, event_id) as step,
        lead(place, 1, $no_further) over (partition by customer_id order by moment, event_id) as next_place
    from moves
),

paths as (
    select
        customer_id,
        string_agg(place, ' > ' order by step) filter (where step <= $steps)
        || case when count(*) > $steps then ' > …' else '' end as path
    from steps
    group by customer_id
)

select
    steps.customer_id,
    steps.step,
    steps.place,
    steps.next_place,
    paths.path
from steps
inner join paths on steps.customer_id = paths.customer_id
