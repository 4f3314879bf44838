-- One row per thing that we sent or called a customer about; what is promotion, sales or a survey is a contact that counts.
--
-- grain:    contact_id
-- reads:    customer_of, entity_as_of, interactions, survey_sending
-- dated by: sent_at
-- kept:     no
-- note:     service and bills are kept apart with is_contact false: they are never capped and need no consent. second_no counts
--           seconds since 1970; whether a source ever tells responses says whether none means that nobody responded
with told as (
    select
        'interactions/' || interactions.row_id as contact_id,
        'interactions' as entity,
        interactions.row_id,
        interactions.source,
        customer_of.customer_id,
        customer_of.account_id,
        interactions.happened_at as sent_at,
        interactions.purpose,
        interactions.channel,
        interactions.campaign_id,
        interactions.team,
        interactions.event,
        interactions.delivered,
        case when interactions.responded_at <= entity_as_of.as_of then interactions.responded_at end as responded_at
    from interactions
    inner join entity_as_of
        on entity_as_of.entity = 'interactions' and interactions.happened_at <= entity_as_of.as_of
    inner join customer_of
        on customer_of.entity = 'interactions' and interactions.row_id = customer_of.row_id
    where
        interactions.direction = 'outbound'
        and interactions.purpose in ('promotional', 'sales', 'service', 'transactional')
    union all
    select
        contact_id, entity, row_id, source, customer_id, account_id, sent_at, 'survey' as purpose, channel, campaign_id, team, event,
        delivered, responded_at
    from survey_sending
)

select
    contact_id,
    entity,
    row_id,
    source,
    customer_id,
    account_id,
    sent_at,
    date_diff('second', timestamp '1970-01-01', date_trunc('second', sent_at)) as second_no,
    purpose,
    coalesce(channel, 'unknown') as channel,
    campaign_id,
    coalesce(team, 'unknown') as team,
    event,
    delivered,
    responded_at,
    max(case when responded_at is not null then 1 else 0 end) over (partition by source, purpose) = 1 as tells_responses,
    purpose in ('promotional', 'sales', 'survey') as is_contact
from told
