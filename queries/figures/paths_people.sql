-- One row per known person, of those who took one path, or one move, or all: what way they went.
--
-- grain: customer_id
-- reads: selected_rows, journey_event, journey_stage, customers
-- takes: starts_at, ends_at (of the attempt's start), as_of, window_seconds, stages, of, steps, no_further, part (all, path, rest or move),
--        shown (the paths that are, or are not, meant), from_place, to_place, step, zone, most, skipped
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

movers as (
    select customer_id
    from steps
    where step = $step and place = $from_place and next_place = $to_place
)

select
    known.customer_id,
    known.account_id,
    customers.name,
    cast(1 as double) as value,
    known.entered_at as happened_at,
    known.subject,
    known.because || ' on ' || strftime(known.entered_at at time zone 'UTC' at time zone $zone, '%-d %B %Y') || '; went '
    || paths.path as because,
    known.channel,
    known.segment,
    known.region
from known
inner join paths on known.customer_id = paths.customer_id
left join movers on known.customer_id = movers.customer_id
left join customers on known.customer_id = customers.customer_id
where
    case $part
        when 'path' then list_contains($shown, paths.path)
        when 'rest' then not list_contains($shown, paths.path)
        when 'move' then movers.customer_id is not null
        else true
    end
order by known.entered_at desc, known.customer_id
limit $most offset $skipped
