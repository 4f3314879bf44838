-- One row per person who entered the journey in the period: how far they got, in which group and piece of time, and what is known.
--
-- grain: customer_id
-- reads: funnel_person, journey_event
-- takes: over_at (anchors until then have had their whole window), as_of, window_seconds, attribution, touched (a column of
--        journey_event, for other attributions than entry), names, starts (of the pieces of time; empty: none)
-- note:  stands for funnel_place where a group is that of the attempt's first stage, of the last stage in time, or of what reached
--        a step, and where the period is cut into pieces
with people as materialized (
    select * from funnel_person
),

asked_events as (
    select
        journey_id,
        customer_id,
        moment,
        event_id,
        happened_at,
        case $touched
            when 'channel' then channel
            when 'segment' then segment
            when 'region' then region
            when 'customer_kind' then customer_kind
            when 'event' then event
            when 'source' then source
        end as touched_1
    from journey_event
    where stage_no is not null
),

touched as (
    select
        people.customer_id,
        first(
            coalesce(asked_events.touched_1, 'unknown')
            order by case when $attribution = 'last' then -asked_events.moment else asked_events.moment end, asked_events.event_id
        ) as touched_1
    from people
    inner join asked_events on people.journey_id = asked_events.journey_id and people.customer_id = asked_events.customer_id
    where
        case
            when $attribution = 'first' then asked_events.happened_at = people.attempt_entered_at
            when $attribution = 'step' then asked_events.moment = epoch_us(people.entered_at) // 1000000 * 128 + people.step_place
            else
                asked_events.happened_at >= people.entered_at
                and asked_events.happened_at
                <= least(people.entered_at + to_seconds(least($window_seconds, coalesce(people.left_after, $window_seconds))), $as_of)
        end
    group by people.customer_id
),

pieces as (
    select
        unnest($names) as at_piece,
        unnest($starts) as starts_at
),

dated as (
    select
        customer_id,
        '' as at_piece
    from people
    where len($names) = 0
    union all
    select
        people.customer_id,
        pieces.at_piece
    from people
    asof join pieces on people.first_at >= pieces.starts_at
    where len($names) > 0
)

select
    people.*,
    case when $attribution = 'entry' then people.split_1 else coalesce(touched.touched_1, 'not reached') end as group_1,
    dated.at_piece,
    case
        when people.is_set_aside then 0
        when people.last_at <= $over_at then 1
        when people.has_left then 2
        else 3
    end as state_no
from people
inner join dated on people.customer_id = dated.customer_id
left join touched on people.customer_id = touched.customer_id
