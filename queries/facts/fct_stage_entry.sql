-- One row per moment from which a customer's way can be counted: an entry of the journey's first stage, or an attempt's start.
--
-- grain:    journey_id, customer_id, attempt_no, event_id
-- reads:    customers, journey_ahead, journey_attempt, journey_chain, journey_event, workspace_setting
-- in parts: journey_id, customer_id
-- dated by: entered_at
-- note:     next_k: seconds until stage k comes, in any order; then_k: in order and in its own time, from an entry of the first stage only;
--           straight_through: the stage to which the way then leads in time with no other in between. What is after as_of is unknown.
--           attempt_entered_at, previous_entered_at: the start of this attempt and of the one before; first_entered_at,
--           earlier_first_entered_at: the first entry of stage 1 in this attempt, and the last such one in those before; so
--           that whose first attempt a period holds is told whatever is filtered
with entries as (
    select
        journey_id,
        customer_id,
        attempt_no,
        event_id,
        moment,
        stage_no,
        starts_attempt,
        set_aside_at,
        next_1,
        next_2,
        next_3,
        next_4,
        next_5,
        next_6,
        next_7,
        next_8,
        next_9,
        next_10,
        next_11,
        next_12,
        min(moment) over attempt as start,
        min(case when stage_no = 1 then moment end) over attempt as first_entry
    from journey_ahead
    where stage_no = 1 or starts_attempt
    window attempt as (partition by journey_id, customer_id, attempt_no)
),

anchors as (
    select
        journey_id,
        customer_id,
        attempt_no,
        event_id,
        moment,
        moment // 128 as second,
        stage_no,
        starts_attempt,
        set_aside_at,
        next_1,
        next_2,
        next_3,
        next_4,
        next_5,
        next_6,
        next_7,
        next_8,
        next_9,
        next_10,
        next_11,
        next_12,
        start,
        first_entry,
        max(start) over earlier_attempts as earlier_start,
        max(first_entry) over earlier_attempts as earlier_first_entry
    from entries
    window earlier_attempts as (
        partition by journey_id, customer_id order by attempt_no range between unbounded preceding and 1 preceding
    )
)

select
    anchors.journey_id,
    anchors.customer_id,
    journey_event.account_id,
    anchors.attempt_no,
    anchors.event_id,
    journey_event.happened_at as entered_at,
    timestamp '1970-01-01' + (anchors.start // 128) * interval '1' second as attempt_entered_at,
    timestamp '1970-01-01' + (anchors.earlier_start // 128) * interval '1' second as previous_entered_at,
    timestamp '1970-01-01' + (anchors.first_entry // 128) * interval '1' second as first_entered_at,
    timestamp '1970-01-01' + (anchors.earlier_first_entry // 128) * interval '1' second as earlier_first_entered_at,
    cast(cast(journey_event.happened_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as entered_day,
    anchors.stage_no as entered_stage,
    anchors.starts_attempt,
    coalesce(anchors.moment = anchors.first_entry, false) as is_first_entry,
    anchors.next_1 // 128 - anchors.second as next_1,
    anchors.next_2 // 128 - anchors.second as next_2,
    anchors.next_3 // 128 - anchors.second as next_3,
    anchors.next_4 // 128 - anchors.second as next_4,
    anchors.next_5 // 128 - anchors.second as next_5,
    anchors.next_6 // 128 - anchors.second as next_6,
    anchors.next_7 // 128 - anchors.second as next_7,
    anchors.next_8 // 128 - anchors.second as next_8,
    anchors.next_9 // 128 - anchors.second as next_9,
    anchors.next_10 // 128 - anchors.second as next_10,
    anchors.next_11 // 128 - anchors.second as next_11,
    anchors.next_12 // 128 - anchors.second as next_12,
    journey_chain.at_2 // 128 - anchors.second as then_2,
    journey_chain.at_3 // 128 - anchors.second as then_3,
    journey_chain.at_4 // 128 - anchors.second as then_4,
    journey_chain.at_5 // 128 - anchors.second as then_5,
    journey_chain.at_6 // 128 - anchors.second as then_6,
    journey_chain.at_7 // 128 - anchors.second as then_7,
    journey_chain.at_8 // 128 - anchors.second as then_8,
    journey_chain.at_9 // 128 - anchors.second as then_9,
    journey_chain.at_10 // 128 - anchors.second as then_10,
    journey_chain.at_11 // 128 - anchors.second as then_11,
    journey_chain.at_12 // 128 - anchors.second as then_12,
    cast(coalesce(journey_chain.straight_through, 0) as tinyint) as straight_through,
    anchors.set_aside_at // 128 - anchors.second as excluded_after,
    date_diff(
        'second', date_trunc('second', journey_event.happened_at), date_trunc('second', journey_attempt.left_at)
    ) as left_after,
    journey_attempt.left_by,
    journey_attempt.as_of,
    journey_event.channel,
    journey_event.segment,
    journey_event.region,
    journey_event.customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    journey_event.event as subject,
    case when anchors.starts_attempt then 'set out with ' else 'came again with ' end || journey_event.event as because
from anchors
inner join journey_event
    on anchors.journey_id = journey_event.journey_id and anchors.event_id = journey_event.event_id
inner join journey_attempt
    on anchors.journey_id = journey_attempt.journey_id
    and anchors.customer_id = journey_attempt.customer_id
    and anchors.attempt_no = journey_attempt.attempt_no
cross join workspace_setting
left join customers
    on anchors.customer_id = customers.customer_id
left join journey_chain
    on anchors.journey_id = journey_chain.journey_id
    and anchors.customer_id = journey_chain.customer_id
    and anchors.moment = journey_chain.moment
order by anchors.journey_id, anchors.customer_id, anchors.moment
