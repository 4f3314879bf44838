-- One row per entry into a journey's first stage, with the moments at which the later stages were reached in order.
--
-- grain:    journey_id, customer_id, moment
-- reads:    journey_ahead, journey_stage
-- in parts: journey_id, customer_id
-- dated by: moment
-- note:     at_k is the first event of stage k after the place of the stage before, so each join is by equality. An optional stage
--           keeps its place at the stage before it, and counts only before the next stage that is required.
--           The way is found first, then judged: a stage that comes later than its own time after the required one before it is
--           not reached, and where it is required nothing after it is; straight_through ends before the first stage that is late
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
        max(case when stage_no = 11 and is_optional then 1 else 0 end) = 1 as optional_11,
        max(case when stage_no = 2 then within_seconds end) as within_2,
        max(case when stage_no = 3 then within_seconds end) as within_3,
        max(case when stage_no = 4 then within_seconds end) as within_4,
        max(case when stage_no = 5 then within_seconds end) as within_5,
        max(case when stage_no = 6 then within_seconds end) as within_6,
        max(case when stage_no = 7 then within_seconds end) as within_7,
        max(case when stage_no = 8 then within_seconds end) as within_8,
        max(case when stage_no = 9 then within_seconds end) as within_9,
        max(case when stage_no = 10 then within_seconds end) as within_10,
        max(case when stage_no = 11 then within_seconds end) as within_11,
        max(case when stage_no = 12 then within_seconds end) as within_12
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
        place_11.next_12 as at_12,
        coalesce(entered.next_2 // 128 - entered.moment // 128 > journeys.within_2, false) as late_2,
        coalesce(place_2.next_3 // 128 - place_2.moment // 128 > journeys.within_3, false) as late_3,
        coalesce(place_3.next_4 // 128 - place_3.moment // 128 > journeys.within_4, false) as late_4,
        coalesce(place_4.next_5 // 128 - place_4.moment // 128 > journeys.within_5, false) as late_5,
        coalesce(place_5.next_6 // 128 - place_5.moment // 128 > journeys.within_6, false) as late_6,
        coalesce(place_6.next_7 // 128 - place_6.moment // 128 > journeys.within_7, false) as late_7,
        coalesce(place_7.next_8 // 128 - place_7.moment // 128 > journeys.within_8, false) as late_8,
        coalesce(place_8.next_9 // 128 - place_8.moment // 128 > journeys.within_9, false) as late_9,
        coalesce(place_9.next_10 // 128 - place_9.moment // 128 > journeys.within_10, false) as late_10,
        coalesce(place_10.next_11 // 128 - place_10.moment // 128 > journeys.within_11, false) as late_11,
        coalesce(place_11.next_12 // 128 - place_11.moment // 128 > journeys.within_12, false) as late_12,
        case
            when entered.straight_through >= 2 and entered.next_2 // 128 - entered.moment // 128 > journeys.within_2 then 1
            when entered.straight_through >= 3 and entered.next_3 // 128 - entered.next_2 // 128 > journeys.within_3 then 2
            when entered.straight_through >= 4 and entered.next_4 // 128 - entered.next_3 // 128 > journeys.within_4 then 3
            when entered.straight_through >= 5 and entered.next_5 // 128 - entered.next_4 // 128 > journeys.within_5 then 4
            when entered.straight_through >= 6 and entered.next_6 // 128 - entered.next_5 // 128 > journeys.within_6 then 5
            when entered.straight_through >= 7 and entered.next_7 // 128 - entered.next_6 // 128 > journeys.within_7 then 6
            when entered.straight_through >= 8 and entered.next_8 // 128 - entered.next_7 // 128 > journeys.within_8 then 7
            when entered.straight_through >= 9 and entered.next_9 // 128 - entered.next_8 // 128 > journeys.within_9 then 8
            when entered.straight_through >= 10 and entered.next_10 // 128 - entered.next_9 // 128 > journeys.within_10 then 9
            when entered.straight_through >= 11 and entered.next_11 // 128 - entered.next_10 // 128 > journeys.within_11 then 10
            when entered.straight_through >= 12 and entered.next_12 // 128 - entered.next_11 // 128 > journeys.within_12 then 11
            else entered.straight_through
        end as straight_through
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
        9223372036854775807 as never,
        late_2,
        late_3,
        late_4,
        late_5,
        late_6,
        late_7,
        late_8,
        late_9,
        late_10,
        late_11,
        late_12,
        case
            when late_2 and not optional_2 then 2
            when late_3 and not optional_3 then 3
            when late_4 and not optional_4 then 4
            when late_5 and not optional_5 then 5
            when late_6 and not optional_6 then 6
            when late_7 and not optional_7 then 7
            when late_8 and not optional_8 then 8
            when late_9 and not optional_9 then 9
            when late_10 and not optional_10 then 10
            when late_11 and not optional_11 then 11
            when late_12 then 12
            else 13
        end as broken_at,
        straight_through
    from chained
)

select
    journey_id,
    customer_id,
    moment,
    case
        when not late_2 and broken_at > 2
            and (must_2 is not null or at_2 < coalesce(must_3, must_4, must_5, must_6, must_7, must_8, must_9, must_10, must_11, must_12, never))
            then at_2
    end as at_2,
    case
        when not late_3 and broken_at > 3
            and (must_3 is not null or at_3 < coalesce(must_4, must_5, must_6, must_7, must_8, must_9, must_10, must_11, must_12, never))
            then at_3
    end as at_3,
    case
        when not late_4 and broken_at > 4
            and (must_4 is not null or at_4 < coalesce(must_5, must_6, must_7, must_8, must_9, must_10, must_11, must_12, never))
            then at_4
    end as at_4,
    case
        when not late_5 and broken_at > 5
            and (must_5 is not null or at_5 < coalesce(must_6, must_7, must_8, must_9, must_10, must_11, must_12, never))
            then at_5
    end as at_5,
    case
        when not late_6 and broken_at > 6
            and (must_6 is not null or at_6 < coalesce(must_7, must_8, must_9, must_10, must_11, must_12, never))
            then at_6
    end as at_6,
    case
        when not late_7 and broken_at > 7
            and (must_7 is not null or at_7 < coalesce(must_8, must_9, must_10, must_11, must_12, never))
            then at_7
    end as at_7,
    case
        when not late_8 and broken_at > 8
            and (must_8 is not null or at_8 < coalesce(must_9, must_10, must_11, must_12, never))
            then at_8
    end as at_8,
    case
        when not late_9 and broken_at > 9
            and (must_9 is not null or at_9 < coalesce(must_10, must_11, must_12, never))
            then at_9
    end as at_9,
    case
        when not late_10 and broken_at > 10
            and (must_10 is not null or at_10 < coalesce(must_11, must_12, never))
            then at_10
    end as at_10,
    case
        when not late_11 and broken_at > 11
            and (must_11 is not null or at_11 < coalesce(must_12, never))
            then at_11
    end as at_11,
    case when not late_12 and broken_at > 12 then at_12 end as at_12,
    cast(straight_through as integer) as straight_through
from required
