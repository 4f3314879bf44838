-- One row per moment at which a customer is known to have been asked how it was: a survey sent, or an answer whose sending nobody tells.
--
-- grain:    contact_id
-- reads:    contact_sent, customer_of, entity_as_of, respect_setting, survey_responses
-- dated by: none
-- note:     who answers was asked, at the latest then; an answer within the cool-down after a survey that another system sent is
--           that survey's, not a further one. An answer given in confidence is left out: nobody may see who was asked
with told as (
    select contact_id, customer_id, second_no, entity, true as is_sent
    from contact_sent
    where purpose = 'survey'
    union all
    select
        'survey_responses/' || survey_responses.row_id as contact_id,
        customer_of.customer_id,
        date_diff(
            'second', timestamp '1970-01-01', date_trunc('second', coalesce(survey_responses.delivered_at, survey_responses.answered_at))
        ) as second_no,
        'survey_responses' as entity,
        false as is_sent
    from survey_responses
    inner join customer_of
        on customer_of.entity = 'survey_responses' and survey_responses.row_id = customer_of.row_id
    inner join entity_as_of
        on entity_as_of.entity = survey_responses.instrument || '_' || survey_responses.programme
        and coalesce(survey_responses.delivered_at, survey_responses.answered_at) <= entity_as_of.as_of
    where survey_responses.sent_at is null and not coalesce(survey_responses.confidential, false)
),

followed as (
    select
        contact_id,
        customer_id,
        second_no,
        is_sent,
        max(case when entity = 'interactions' then second_no end) over (
            partition by customer_id order by second_no range between unbounded preceding and current row
        ) as sent_second
    from told
)

select followed.contact_id, followed.customer_id, followed.second_no
from followed
cross join respect_setting
where followed.is_sent or coalesce(followed.second_no - followed.sent_second >= respect_setting.cool_down_seconds, true)
