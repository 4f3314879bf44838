-- One row per dated thing that passed between a customer and us: what journeys, staying, paths and stories read.
--
-- grain:      event_id
-- reads:      care_event, customer_event, customer_of, customers, entity_as_of, first_event, interactions, sale_event, segment_at
-- dated by:   happened_at
-- judged by:  interactions, opportunities, stage_changes, orders, contracts, commitments, cases, survey_responses, consents, customer_records
-- worked out: event_id, subject, because
-- note:       a row dated after its entity's as_of is left out
with told as (
    select entity, row_id, source, happened_at, event, channel, direction, detail, value
    from sale_event
    union all
    select entity, row_id, source, happened_at, event, channel, direction, detail, value
    from first_event
    union all
    select entity, row_id, source, happened_at, event, channel, direction, detail, value
    from care_event
),

-- apart from the rest: the database knows how many rows a join of tables has, and takes the smaller side into memory
interacted as (
    select
        customer_of.customer_id, customer_of.account_id, 'interactions' as entity, interactions.row_id, interactions.source,
        interactions.happened_at, interactions.event, interactions.channel, interactions.direction, interactions.purpose,
        interactions.campaign_id as detail, interactions.value
    from interactions
    inner join customer_of on customer_of.entity = 'interactions' and customer_of.row_id = interactions.row_id
    cross join (select max(as_of) as as_of from entity_as_of where entity = 'interactions') as known
    where coalesce(known.as_of >= interactions.happened_at, false)
),

happened as (
    select
        customer_id, account_id, entity, row_id, source, happened_at, event, channel, direction, purpose, detail, value
    from interacted
    union all
    select
        customer_of.customer_id, customer_of.account_id, told.entity, told.row_id, told.source, told.happened_at, told.event,
        told.channel, told.direction, null as purpose, told.detail, told.value
    from told
    inner join customer_of on customer_of.entity = told.entity and customer_of.row_id = told.row_id
    inner join entity_as_of on entity_as_of.entity = told.entity and entity_as_of.as_of >= told.happened_at
    union all
    select
        customer_event.customer_id, customers.account_id, customer_event.entity, customer_event.row_id, 'all sources' as source,
        customer_event.happened_at, customer_event.event, null as channel, 'self' as direction, null as purpose,
        customer_event.detail, null as value
    from customer_event
    inner join customers on customers.customer_id = customer_event.customer_id
    where customer_event.happened_at <= customer_event.as_of
)

select
    happened.entity || '/' || happened.row_id || '/' || happened.event as event_id,
    happened.customer_id,
    happened.account_id,
    happened.happened_at,
    happened.event,
    coalesce(happened.channel, 'unknown') as channel,
    happened.direction,
    coalesce(happened.purpose, 'unknown') as purpose,
    happened.entity,
    happened.row_id as entity_id,
    happened.source,
    happened.detail,
    happened.value,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    happened.row_id as subject,
    happened.event as because
from happened
inner join customers on customers.customer_id = happened.customer_id
left join segment_at
    on segment_at.account_id = happened.account_id
    and happened.happened_at >= segment_at.from_at
    and happened.happened_at < segment_at.until_at
order by customer_id, happened_at
