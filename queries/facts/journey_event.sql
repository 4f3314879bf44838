-- One row per event that means something in a journey: a stage, an exclusion or an exit.
--
-- grain:    journey_id, event_id
-- reads:    fct_event, journey_rule, properties
-- dated by: happened_at
-- note:     moment = second * 128 + order; order is the stage's number, 98 for an exclusion, 99 for an exit, so one number sorts time
--           and ties. One event serves one stage of a journey, the earliest it fits. Whom nobody knows cannot be followed: left out.
with asked as (
    select
        properties.subject_kind,
        properties.subject_id,
        properties.name,
        properties.value
    from properties
    where not properties.sensitive
        and properties.name in (select journey_rule.property_name from journey_rule)
),

matched as (
    select
        journey_rule.journey_id,
        fct_event.event_id,
        min(case journey_rule.rule when 'stage' then journey_rule.stage_no when 'exclusion' then 98 else 99 end) as order_no,
        min(journey_rule.after_no) as after_no,
        max(journey_rule.before_no) as before_no
    from fct_event
    inner join journey_rule
        on lower(fct_event.event) = lower(journey_rule.event)
        and (journey_rule.channel is null or journey_rule.channel = fct_event.channel)
    left join asked
        on fct_event.entity = asked.subject_kind
        and fct_event.entity_id = asked.subject_id
        and journey_rule.property_name = asked.name
    where (journey_rule.property_name is null or journey_rule.property_value = asked.value)
        and fct_event.happened_at >= timestamp '1970-01-01'
        and fct_event.customer_kind <> 'unidentified'
    group by journey_rule.journey_id, fct_event.event_id
)

select
    matched.journey_id,
    fct_event.customer_id,
    fct_event.account_id,
    date_diff('second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', fct_event.happened_at)) * 128
    + matched.order_no as moment,
    fct_event.event_id,
    date_trunc('second', fct_event.happened_at) as happened_at,
    case when matched.order_no < 98 then matched.order_no end as stage_no,
    matched.after_no,
    matched.before_no,
    fct_event.event,
    fct_event.channel,
    fct_event.source,
    fct_event.segment,
    fct_event.region,
    fct_event.customer_kind
from matched
inner join fct_event
    on matched.event_id = fct_event.event_id
