-- One row per entity, and per part of one that figures count apart: until when it is known what happened.
--
-- grain:    entity
-- reads:    customer_of, entity_source, known_until, response_score, survey_responses
-- dated by: as_of
-- note:     the slowest of the sources that feed it decides; a finished one only where nothing else feeds it,
--           and one whose rows carry no date (customers named in a survey's file) says nothing of when. Of surveys each kind of answer,
--           the sendings, the deliveries and the detractors are parts: a source that tells none of a part does not hold it back
with undated as (
    select entity, source
    from customer_of
    group by entity, source
    having count(dated_at) = 0
),

parts as (
    select survey_responses.instrument || '_' || survey_responses.programme as entity, survey_responses.source
    from survey_responses
    group by survey_responses.instrument, survey_responses.programme, survey_responses.source
    union all
    select 'surveys_sent' as entity, source
    from survey_responses
    where sent_at is not null and not coalesce(confidential, false)
    group by source
    union all
    select 'surveys_delivered' as entity, source
    from survey_responses
    where delivered_at is not null
    group by source
    union all
    select 'detractors' as entity, survey_responses.source
    from survey_responses
    inner join response_score
        on survey_responses.row_id = response_score.row_id
    where response_score.net_points = -100
        and coalesce(survey_responses.scale_low, 0) = 0 and coalesce(survey_responses.scale_high, 10) = 10
        and not coalesce(survey_responses.dismissed, false)
        and not coalesce(survey_responses.confidential, false)
    group by survey_responses.source
),

told as (
    select entity, source
    from entity_source
    union all
    select entity, source
    from parts
),

feeds as (
    select
        told.entity,
        known_until.known_until,
        known_until.is_finished,
        undated.source is null as is_dated
    from told
    inner join known_until on known_until.source = told.source
    left join undated on undated.entity = told.entity and undated.source = told.source
)

select
    entity,
    coalesce(
        min(case when is_dated and not is_finished then known_until end),
        max(case when is_dated then known_until end),
        min(known_until)
    ) as as_of
from feeds
group by entity
