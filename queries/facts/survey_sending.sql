-- One row per survey sent to a customer, by whichever of two systems told it: the one that sent it or the one that asks.
--
-- grain:    contact_id
-- reads:    customer_of, entity_as_of, interactions, survey_responses
-- dated by: sent_at
-- note:     a customer's sendings without a day between them are one run; in a run the nth told by the one system is the nth told
--           by the other. A confidential survey is left out: nobody may see who was asked. One whose sending has no time is, too.
--           Of a system that never tells what arrived, nothing is known of arriving
with asked as (
    select
        survey_responses.row_id,
        survey_responses.source,
        survey_responses.instrument,
        survey_responses.sent_at,
        max(case when survey_responses.delivered_at is not null then 1 else 0 end) over (partition by survey_responses.source) = 1
            as tells_arrival,
        survey_responses.delivered_at is not null as has_arrived,
        case
            when survey_responses.score is not null and not coalesce(survey_responses.dismissed, false)
                and survey_responses.answered_at <= entity_as_of.as_of
                then survey_responses.answered_at
        end as answered_at
    from survey_responses
    inner join entity_as_of
        on entity_as_of.entity = 'surveys_sent' and survey_responses.sent_at <= entity_as_of.as_of
    where not coalesce(survey_responses.confidential, false)
),

told as (
    select
        'survey_responses' as entity,
        row_id,
        source,
        sent_at,
        cast(null as varchar) as channel,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as team,
        instrument || ' survey' as event,
        case when tells_arrival then has_arrived end as delivered,
        answered_at as responded_at
    from asked
    union all
    select
        'interactions' as entity,
        interactions.row_id,
        interactions.source,
        interactions.happened_at as sent_at,
        interactions.channel,
        interactions.campaign_id,
        interactions.team,
        interactions.event,
        interactions.delivered,
        case when interactions.responded_at <= entity_as_of.as_of then interactions.responded_at end as responded_at
    from interactions
    inner join entity_as_of
        on entity_as_of.entity = 'interactions' and interactions.happened_at <= entity_as_of.as_of
    where interactions.direction = 'outbound' and interactions.purpose = 'survey'
),

owned as (
    select
        told.entity, told.row_id, told.source, told.sent_at, told.channel, told.campaign_id, told.team, told.event, told.delivered,
        told.responded_at, customer_of.customer_id, customer_of.account_id,
        lag(told.sent_at) over (
            partition by customer_of.customer_id order by told.sent_at, told.entity, told.row_id
        ) as sent_before_at
    from told
    inner join customer_of
        on told.entity = customer_of.entity and told.row_id = customer_of.row_id
),

in_runs as (
    select
        entity, row_id, source, sent_at, channel, campaign_id, team, event, delivered, responded_at, customer_id, account_id,
        sum(case when sent_at <= sent_before_at + interval '1' day then 0 else 1 end) over (
            partition by customer_id order by sent_at, entity, row_id rows between unbounded preceding and current row
        ) as run_no
    from owned
),

numbered as (
    select
        entity, row_id, source, sent_at, channel, campaign_id, team, event, delivered, responded_at, customer_id, account_id, run_no,
        row_number() over (partition by customer_id, run_no, entity order by sent_at, row_id) as nth
    from in_runs
),

paired as (
    select
        entity, row_id, source, sent_at, channel, campaign_id, team, event, delivered, responded_at, customer_id, account_id,
        count(*) over (partition by customer_id, run_no, nth) as tellers,
        max(case when entity = 'survey_responses' then delivered end) over (partition by customer_id, run_no, nth) as has_arrived,
        max(case when entity = 'survey_responses' then responded_at end) over (partition by customer_id, run_no, nth) as answered_at
    from numbered
)

select
    entity || '/' || row_id as contact_id,
    entity,
    row_id,
    source,
    customer_id,
    account_id,
    sent_at,
    channel,
    campaign_id,
    team,
    event,
    coalesce(delivered, has_arrived) as delivered,
    coalesce(responded_at, answered_at) as responded_at
from paired
where entity = 'interactions' or tellers = 1
