-- One row per invitation to say how it was, with what is known of it at as_of: whether it was answered, and counts.
--
-- grain:     row_id
-- reads:     customer_of, entity_as_of, survey_responses
-- dated by:  happened_at
-- judged by: survey_responses
-- note:      of several answers in one wave the latest counts; without a wave each counts. What was delivered tells a response rate only
--            where the same survey of the same source tells of invitations that nobody answered, and fourteen days later
with known as (
    select
        survey_responses.row_id,
        survey_responses.source,
        survey_responses.instrument,
        survey_responses.programme,
        survey_responses.wave,
        survey_responses.answered_at,
        survey_responses.delivered_at,
        customer_of.customer_id,
        customer_of.account_id,
        entity_as_of.as_of,
        coalesce(survey_responses.answered_at, survey_responses.sent_at) as happened_at,
        coalesce(survey_responses.scale_low, 0) = 0 and coalesce(survey_responses.scale_high, 10) = 10 as is_zero_to_ten,
        survey_responses.score is not null
        and not coalesce(survey_responses.dismissed, false)
        and coalesce(survey_responses.answered_at <= entity_as_of.as_of, true) as is_answered
    from survey_responses
    inner join customer_of on customer_of.entity = 'survey_responses' and customer_of.row_id = survey_responses.row_id
    inner join entity_as_of on entity_as_of.entity = survey_responses.instrument || '_' || survey_responses.programme
    where coalesce(survey_responses.sent_at, survey_responses.answered_at, timestamp '1970-01-01') <= entity_as_of.as_of
),

surveys as (
    select source, instrument, programme, max(case when delivered_at is not null and not is_answered then 1 else 0 end) as has_silent
    from known
    group by source, instrument, programme
),

ranked as (
    select
        row_id,
        row_number() over (
            partition by customer_id, instrument, programme, wave, is_answered order by answered_at desc, row_id desc
        ) as latest_no
    from known
)

select
    known.row_id,
    known.customer_id,
    known.account_id,
    known.as_of,
    known.happened_at,
    case when known.answered_at <= known.as_of then known.answered_at end as answered_at,
    known.is_answered,
    known.is_answered and (known.wave is null or ranked.latest_no = 1) as counts_once,
    known.is_zero_to_ten,
    coalesce(surveys.has_silent = 1 and known.delivered_at + interval 14 day <= known.as_of, false) as tells_a_rate,
    case when surveys.has_silent = 1 then known.delivered_at + interval 14 day end as rate_known_at
from known
inner join ranked on ranked.row_id = known.row_id
inner join surveys
    on surveys.source = known.source and surveys.instrument = known.instrument and surveys.programme = known.programme
