-- One row per entry into a journey's first stage, with the moments at which the later stages were reached in order.
--
-- grain:    journey_id, customer_id, moment
-- reads:    journey_ahead, journey_stage
-- dated by: moment
-- note:     at_k is the first event of stage k after the place of the stage before, so each join is by equality. An optional stage
--           keeps its place at the stage before it, and counts only before the next stage that is required
with journeys as (
    select
        journey_id,
        max(case when stage_no = 2 and is_optional then 1 else 0 end) = 1 as optional_2,
        max(case when stage_no = 3 and is_optional then 1 else 0 end) = 1 as optional_3,
        max(case when stage_no = 4 and is_optional then 1 else 0 end) = 1 as optional_4,
        max(case when stage_no = 5 and is_optional then 1 else 0 end) = 1 as optional_5,
        max(case when stage_no = 6 and is_optional then 1 else 0 end) = 1 as optional_6,
        max(case when stage_no = 7 and is_optional then 1 else 0 end) = 1 as optional_7,
        max(case when stage_no = 8 and is_optional then 1 else 0 end) = 1 as optional_8,
        max(case when stage_no = 9 and is_optional then 1 else 0 end) = 1 as optional_9,
        max(case when stage_no = 10 and is_optional then 1 else 0 end) = 1 as optional_10,
        max(case when stage_no = 11 and is_optional then 1 else 0 end) = 1 as optional_11
    from journey_stage
    group by journey_id
),

chained as (
    select
        entered.journey_id,
        entered.customer_id,
        entered.moment,
        journeys.optional_2,
        journeys.optional_3,
        journeys.optional_4,
        journeys.optional_5,
        journeys.optional_6,
        journeys.optional_7,
        journeys.optional_8,
        journeys.optional_9,
        journeys.optional_10,
        journeys.optional_11,
        entered.next_2 as at_2,
        place_2.next_3 as at_3,
        place_3.next_4 as at_4,
        place_4.next_5 as at_5,
        place_5.next_6 as at_6,
        place_6.next_7 as at_7,
        place_7.next_8 as at_8,
        place_8.next_9 as at_9,
        place_9.next_10 as at_10,
        place_10.next_11 as at_11,
        place_11.next_12 as at_12
    from journey_ahead as entered
    inner join journeys
        on entered.journey_id = journeys.journey_id
    left join journey_ahead as place_2
        on entered.journey_id = place_2.journey_id and entered.customer_id = place_2.customer_id
        and place_2.moment = case when journeys.optional_2 then entered.moment else entered.next_2 end
    left join journey_ahead as place_3
        on entered.journey_id = place_3.journey_id and entered.customer_id = place_3.customer_id
        and place_3.moment = case when journeys.optional_3 then place_2.moment else place_2.next_3 end
    left join journey_ahead as place_4
        on entered.journey_id = place_4.journey_id and entered.customer_id = place_4.customer_id
        and place_4.moment = case when journeys.optional_4 then place_3.moment else place_3.next_4 end
    left join journey_ahead as place_5
        on entered.journey_id = place_5.journey_id and entered.customer_id = place_5.customer_id
        and place_5.moment = case when journeys.optional_5 then place_4.moment else place_4.next_5 end
    left join journey_ahead as place_6
        on entered.journey_id = place_6.journey_id and entered.customer_id = place_6.customer_id
        and place_6.moment = case when journeys.optional_6 then place_5.moment else place_5.next_6 end
    left join journey_ahead as place_7
        on entered.journey_id = place_7.journey_id and entered.customer_id = place_7.customer_id
        and place_7.moment = case when journeys.optional_7 then place_6.moment else place_6.next_7 end
    left join journey_ahead as place_8
        on entered.journey_id = place_8.journey_id and entered.customer_id = place_8.customer_id
        and place_8.moment = case when journeys.optional_8 then place_7.moment else place_7.next_8 end
    left join journey_ahead as place_9
        on entered.journey_id = place_9.journey_id and entered.customer_id = place_9.customer_id
        and place_9.moment = case when journeys.optional_9 then place_8.moment else place_8.next_9 end
    left join journey_ahead as place_10
        on entered.journey_id = place_10.journey_id and entered.customer_id = place_10.customer_id
        and place_10.moment = case when journeys.optional_10 then place_9.moment else place_9.next_10 end
    left join journey_ahead as place_11
        on entered.journey_id = place_11.journey_id and entered.customer_id = place_11.customer_id
        and place_11.moment = case when journeys.optional_11 then place_10.moment else place_10.next_11 end
    where entered.stage_no = 1
),

required as (
    select
        journey_id,
        customer_id,
        moment,
        at_2,
        at_3,
        at_4,
        at_5,
        at_6,
        at_7,
        at_8,
        at_9,
        at_10,
        at_11,
        at_12,
        case when not optional_2 then at_2 end as must_2,
        case when not optional_3 then at_3 end as must_3,
        case when not optional_4 then at_4 end as must_4,
        case when not optional_5 then at_5 end as must_5,
        case when not optional_6 then at_6 end as must_6,
        case when not optional_7 then at_7 end as must_7,
        case when not optional_8 then at_8 end as must_8,
        case when not optional_9 then at_9 end as must_9,
        case when not optional_10 then at_10 end as must_10,
        case when not optional_11 then at_11 end as must_11,
        at_12 as must_12,
        9223372036854775807 as never
    from chained
)

select
    journey_id,
    customer_id,
    moment,
    case
        when must_2 is not null or at_2 < coalesce(must_3, must_4, must_5, must_6, must_7, must_8, must_9, must_10, must_11, must_12, never)
            then at_2
    end as at_2,
    case
        when must_3 is not null or at_3 < coalesce(must_4, must_5, must_6, must_7, must_8, must_9, must_10, must_11, must_12, never)
            then at_3
    end as at_3,
    case
        when must_4 is not null or at_4 < coalesce(must_5, must_6, must_7, must_8, must_9, must_10, must_11, must_12, never)
            then at_4
    end as at_4,
    case
        when must_5 is not null or at_5 < coalesce(must_6, must_7, must_8, must_9, must_10, must_11, must_12, never)
            then at_5
    end as at_5,
    case
        when must_6 is not null or at_6 < coalesce(must_7, must_8, must_9, must_10, must_11, must_12, never)
            then at_6
    end as at_6,
    case
        when must_7 is not null or at_7 < coalesce(must_8, must_9, must_10, must_11, must_12, never)
            then at_7
    end as at_7,
    case
        when must_8 is not null or at_8 < coalesce(must_9, must_10, must_11, must_12, never)
            then at_8
    end as at_8,
    case
        when must_9 is not null or at_9 < coalesce(must_10, must_11, must_12, never)
            then at_9
    end as at_9,
    case
        when must_10 is not null or at_10 < coalesce(must_11, must_12, never)
            then at_10
    end as at_10,
    case
        when must_11 is not null or at_11 < coalesce(must_12, never)
            then at_11
    end as at_11,
    at_12
from required
