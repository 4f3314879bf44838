-- One row per customer and run of time in one stage of the workspace's default journey.
--
-- grain:    customer_id, entered_at
-- reads:    customers, fct_stage_stay, journey, journey_stage
-- dated by: entered_at
-- note:     just before a moment a customer is in the stage entered before it and not left before it; where the journey is
--           followed by account, everybody of the account is in its stage
with stays as (
    select
        fct_stage_stay.customer_id,
        fct_stage_stay.entered_at,
        fct_stage_stay.left_at,
        journey.per,
        journey_stage.label as stage
    from fct_stage_stay
    inner join journey on journey.journey_id = fct_stage_stay.journey_id and journey.is_default
    inner join journey_stage
        on journey_stage.journey_id = fct_stage_stay.journey_id and journey_stage.stage_no = fct_stage_stay.stage_no
)

select customer_id, stage, entered_at, left_at
from stays
where per = 'person'
union all
select customers.customer_id, stays.stage, stays.entered_at, stays.left_at
from stays
inner join customers on customers.account_id = stays.customer_id
where stays.per = 'account'
