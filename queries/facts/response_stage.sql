-- One row per survey response whose customer was in a stage of the default journey just before it.
--
-- grain:    row_id
-- reads:    customer_of, fct_stage_stay, journey, journey_stage, survey_responses
-- dated by: none
with asked as (
    select
        survey_responses.row_id,
        customer_of.customer_id,
        coalesce(survey_responses.answered_at, survey_responses.sent_at) as happened_at
    from survey_responses
    inner join customer_of on customer_of.entity = 'survey_responses' and customer_of.row_id = survey_responses.row_id
),

stays as (
    select
        asked.row_id,
        fct_stage_stay.journey_id,
        max(fct_stage_stay.stage_no) as stage_no
    from asked
    inner join fct_stage_stay
        on fct_stage_stay.customer_id = asked.customer_id
        and fct_stage_stay.entered_at < asked.happened_at
        and (fct_stage_stay.left_at is null or fct_stage_stay.left_at >= asked.happened_at)
    inner join journey on journey.journey_id = fct_stage_stay.journey_id and journey.is_default
    group by asked.row_id, fct_stage_stay.journey_id
)

select
    stays.row_id,
    journey_stage.label as stage
from stays
inner join journey_stage on journey_stage.journey_id = stays.journey_id and journey_stage.stage_no = stays.stage_no
