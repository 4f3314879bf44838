-- One row per stage that a customer entered, with the moment at which each stage comes next in the same attempt.
--
-- grain:    journey_id, customer_id, moment
-- reads:    journey_step
-- in parts: journey_id, customer_id
-- dated by: moment
-- note:     next_k of the row's own stage is the row itself. straight_through is the stage reached from here with no other
--           stage of the journey in between: the runs of equal stages rise by one until the run that ends it
with looking as (
    select
        journey_id,
        customer_id,
        moment,
        event_id,
        stage_no,
        attempt_no,
        starts_attempt,
        coalesce(next_begins_at, 9223372036854775807) as before,
        stretch_ends_at,
        first_value(case when stage_no = 1 then moment end ignore nulls) over onward as next_1,
        first_value(case when stage_no = 2 then moment end ignore nulls) over onward as next_2,
        first_value(case when stage_no = 3 then moment end ignore nulls) over onward as next_3,
        first_value(case when stage_no = 4 then moment end ignore nulls) over onward as next_4,
        first_value(case when stage_no = 5 then moment end ignore nulls) over onward as next_5,
        first_value(case when stage_no = 6 then moment end ignore nulls) over onward as next_6,
        first_value(case when stage_no = 7 then moment end ignore nulls) over onward as next_7,
        first_value(case when stage_no = 8 then moment end ignore nulls) over onward as next_8,
        first_value(case when stage_no = 9 then moment end ignore nulls) over onward as next_9,
        first_value(case when stage_no = 10 then moment end ignore nulls) over onward as next_10,
        first_value(case when stage_no = 11 then moment end ignore nulls) over onward as next_11,
        first_value(case when stage_no = 12 then moment end ignore nulls) over onward as next_12,
        first_value(case when is_set_aside then moment end ignore nulls) over onward as set_aside_at,
        first_value(case when stage_no <> stage_before % 128 then moment end ignore nulls) over later as next_run
    from journey_step
    where stage_no is not null or is_set_aside
    window
        onward as (partition by journey_id, customer_id order by moment, event_id rows between current row and unbounded following),
        later as (partition by journey_id, customer_id order by moment, event_id rows between 1 following and unbounded following)
),

within_the_attempt as (
    select
        journey_id,
        customer_id,
        moment,
        event_id,
        stage_no,
        attempt_no,
        starts_attempt,
        stretch_ends_at,
        case when next_1 < before then next_1 end as next_1,
        case when next_2 < before then next_2 end as next_2,
        case when next_3 < before then next_3 end as next_3,
        case when next_4 < before then next_4 end as next_4,
        case when next_5 < before then next_5 end as next_5,
        case when next_6 < before then next_6 end as next_6,
        case when next_7 < before then next_7 end as next_7,
        case when next_8 < before then next_8 end as next_8,
        case when next_9 < before then next_9 end as next_9,
        case when next_10 < before then next_10 end as next_10,
        case when next_11 < before then next_11 end as next_11,
        case when next_12 < before then next_12 end as next_12,
        case when set_aside_at < before then set_aside_at end as set_aside_at,
        case when next_run < before and next_run % 128 = stage_no + 1 then null else stage_no end as run_ends
    from looking
    where stage_no is not null
)

select
    journey_id,
    customer_id,
    moment,
    event_id,
    stage_no,
    attempt_no,
    starts_attempt,
    stretch_ends_at,
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
    set_aside_at,
    first_value(run_ends ignore nulls) over (
        partition by journey_id, customer_id order by moment rows between current row and unbounded following
    ) as straight_through
from within_the_attempt
