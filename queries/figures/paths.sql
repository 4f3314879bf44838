-- One row per path, the rarer ones as one, and one per move from place to place: how many known people took it within their time.
--
-- grain: kind, path, from_place, to_place, step
-- reads: selected_rows, journey_event, journey_stage
-- takes: starts_at, ends_at (of the attempt's start), as_of, window_seconds, stages, of (stages or channels), most (paths shown), steps
--        (places told of a path, and of moves), no_further, the_rest (what the end of a path, and the rarer paths, are called)
-- note:  the events of stages in the attempt, until the window's end (its last second counts) or until they left; the same stage
--        twice in a second is one event, a place that follows itself is one. Who was set aside is left out. Each person ends one path: moves into a place are as many as moves out of it
with people as (
    select
        *,
        entered_at + to_seconds($window_seconds) as over_at,
        entered_at + to_seconds(least($window_seconds, left_after)) as until_at,
        [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12][$stages] as last_after
    from selected_rows
    where
        starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
        and (previous_entered_at is null or previous_entered_at < $starts_at)
        and entered_at + to_seconds($window_seconds) <= $as_of
),

known as (
    select *
    from people
    where excluded_after is null or excluded_after > $window_seconds or coalesce(excluded_after >= last_after, false)
),

places as (
    select
        known.customer_id,
        journey_event.moment,
        journey_event.event_id,
        case $of when 'stages' then journey_stage.label else journey_event.channel end as place
    from known
    inner join journey_event
        on known.journey_id = journey_event.journey_id and known.customer_id = journey_event.customer_id
    inner join journey_stage
        on journey_event.journey_id = journey_stage.journey_id and journey_event.stage_no = journey_stage.stage_no
    where journey_event.happened_at >= known.entered_at and journey_event.happened_at <= known.until_at
    qualify row_number() over (partition by known.customer_id, journey_event.moment order by journey_event.event_id) = 1
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
),

sizes as (
    select
        path,
        count(*) as n,
        row_number() over (order by count(*) desc, path) as place
    from paths
    group by path
)

select
    'path' as kind,
    case when place <= $most then path else $the_rest end as path,
    '' as from_place,
    '' as to_place,
    min(place) as step,
    cast(sum(n) as bigint) as n
from sizes
group by case when place <= $most then path else $the_rest end
union all
select
    'move' as kind,
    '' as path,
    place as from_place,
    next_place as to_place,
    step,
    count(*) as n
from steps
where step <= $steps
group by place, next_place, step
order by kind, step, n desc, from_place, to_place
