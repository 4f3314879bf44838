-- One row per answer of somebody who said that they would recommend us: whether they did within 180 days.
--
-- grain:     row_id
-- reads:     customers, entity_as_of, fct_referral, fct_survey_response, workspace_setting
-- dated by:  known_at
-- as of:     answered_at
-- judged by: customer_records
-- note:      dated when the 180 days are over, so nothing that happens later changes a month; a confidential answer is nobody's and left out
with answers as (
    select
        row_id, response_id, customer_id, account_id, programme, answered_at, segment, region, customer_kind, acquired_through,
        business_unit, answered_at + interval 180 day as known_at
    from fct_survey_response
    where nps_points = 100 and is_answered and is_comparable and counts_once and not confidential
),

referred as (
    select answers.row_id, min(fct_referral.brought_at) as brought_at
    from answers
    inner join fct_referral
        on answers.customer_id = fct_referral.referrer_id
        and answers.answered_at < fct_referral.brought_at
        and answers.known_at >= fct_referral.brought_at
    group by answers.row_id
)

select
    answers.row_id,
    answers.customer_id,
    answers.account_id,
    answers.programme,
    answers.answered_at,
    answers.known_at,
    answers.known_at <= entity_as_of.as_of as is_known,
    referred.brought_at is not null as has_referred,
    referred.brought_at as first_brought_at,
    answers.segment,
    answers.region,
    answers.customer_kind,
    answers.acquired_through,
    answers.business_unit,
    coalesce(answers.response_id, answers.row_id) as subject,
    case
        when referred.brought_at is not null
            then 'recommended someone on '
                || cast(cast(cast(referred.brought_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as varchar)
        when answers.known_at <= entity_as_of.as_of then 'recommended nobody within 180 days'
        else 'has recommended nobody so far'
    end as because,
    entity_as_of.as_of
from answers
inner join customers
    on answers.customer_id = customers.customer_id
inner join entity_as_of
    on entity_as_of.entity = 'customer_records'
cross join workspace_setting
left join referred
    on answers.row_id = referred.row_id
