-- One row per answer of somebody who would not recommend us, with when a person of ours next spoke to that customer.
--
-- grain:     row_id
-- reads:     commitments, customer_of, customers, entity_as_of, interactions, known_until, response_score, survey_responses
-- dated by:  answered_at
-- judged by: detractors, interactions, commitments
-- note:      whether an answer was followed is known as far as what reaches customers is, however old the survey; where nothing tells
--            of that, as far as the surveys. Each answer that is a detractor's on 0 to 10 and was neither dismissed nor given in confidence. Reached means: a contact of
--            ours in service by phone, e-mail or chat that did not fail to arrive, or a call-back that we kept, after the answer
with judged as (
    select coalesce(min(case when entity <> 'detractors' then as_of end), min(as_of)) as as_of
    from entity_as_of
    where entity in ('detractors', 'interactions', 'commitments')
),

reaching as (
    select customer_of.customer_id, date_trunc('second', interactions.happened_at) as reached_at
    from interactions
    inner join customer_of
        on customer_of.entity = 'interactions' and interactions.row_id = customer_of.row_id
    where interactions.direction = 'outbound'
        and interactions.purpose = 'service'
        and interactions.channel in ('phone', 'email', 'chat')
        and coalesce(interactions.delivered, true)
    union all
    select customer_of.customer_id, date_trunc('second', commitments.kept_at) as reached_at
    from commitments
    inner join customer_of
        on customer_of.entity = 'commitments' and commitments.row_id = customer_of.row_id
    where commitments.kind = 'call_back' and commitments.kept_at is not null
),

answers as (
    select
        survey_responses.row_id,
        survey_responses.response_id,
        customer_of.customer_id,
        customer_of.account_id,
        customers.kind = 'unidentified' as is_unidentified,
        date_trunc('second', survey_responses.answered_at) as answered_at,
        judged.as_of
    from survey_responses
    cross join judged
    inner join known_until
        on survey_responses.source = known_until.source and survey_responses.answered_at <= known_until.known_until
    inner join customer_of
        on customer_of.entity = 'survey_responses' and survey_responses.row_id = customer_of.row_id
    inner join customers
        on customer_of.customer_id = customers.customer_id
    inner join response_score
        on survey_responses.row_id = response_score.row_id
    where response_score.net_points = -100
        and coalesce(survey_responses.scale_low, 0) = 0 and coalesce(survey_responses.scale_high, 10) = 10
        and not coalesce(survey_responses.dismissed, false)
        and not coalesce(survey_responses.confidential, false)
        and survey_responses.answered_at <= judged.as_of
),

asked as (
    select customer_id, answered_at as happened_at, row_id, cast(null as timestamp) as reached_at from answers
    union all
    select reaching.customer_id, reaching.reached_at as happened_at, cast(null as varchar) as row_id, reaching.reached_at
    from reaching
    cross join judged
    where reaching.reached_at <= judged.as_of
),

followed as (
    select
        row_id,
        min(reached_at) over (
            partition by customer_id
            order by happened_at desc, case when row_id is null then 1 else 0 end, row_id
            rows between unbounded preceding and 1 preceding
        ) as reached_at
    from asked
)

select
    answers.row_id,
    answers.response_id,
    answers.customer_id,
    answers.account_id,
    answers.answered_at,
    followed.reached_at,
    answers.is_unidentified,
    (select count(*) from reaching) > 0 as tells_contacts,
    answers.as_of
from answers
inner join followed
    on answers.row_id = followed.row_id
