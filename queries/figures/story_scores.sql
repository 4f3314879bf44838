-- One row per survey that a customer was sent and may be known for; the newest first.
--
-- grain: response_id
-- reads: fct_survey_response
-- takes: customer_id, most
select
    instrument,
    programme,
    nullif(wave, 'no wave') as wave,
    sent_at,
    answered_at,
    score,
    is_answered,
    comment,
    stage
from fct_survey_response
where customer_id = $customer_id and not confidential
order by coalesce(answered_at, sent_at) desc, response_id
limit $most
