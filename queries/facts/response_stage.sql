-- One row per survey response whose customer was in a stage of the default journey just before it.
--
-- grain:    row_id
-- reads:    customer_of, stage_at, survey_responses
-- dated by: none
with asked as (
    select
        survey_responses.row_id,
        customer_of.customer_id,
        coalesce(survey_responses.answered_at, survey_responses.sent_at) as happened_at
    from survey_responses
    inner join customer_of on customer_of.entity = 'survey_responses' and customer_of.row_id = survey_responses.row_id
)

select
    asked.row_id,
    stage_at.stage
from asked
inner join stage_at
    on stage_at.customer_id = asked.customer_id
    and stage_at.entered_at < asked.happened_at
    and (stage_at.left_at is null or stage_at.left_at >= asked.happened_at)
