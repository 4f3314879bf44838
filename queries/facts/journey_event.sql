-- One row per event that means something in a journey: a stage, an exclusion or an exit.
--
-- grain:    journey_id, event_id
-- reads:    customers, fct_event, journey, journey_condition, journey_rule, properties
-- dated by: happened_at
-- note:     moment = second * 128 + order; order is the stage's number, 98 for an exclusion, 99 for an exit, so one number sorts time
--           and ties. One event serves one stage of a journey, the earliest it fits. sets_aside holds a bit for each stage after which
--           the event excludes, so that each exclusion keeps its own bracket. Where accounts are followed, customer_id is the account.
--           Whom nobody knows cannot be followed: left out
with named as (
    select
        journey_rule.journey_id,
        journey_rule.rule_no,
        journey_rule.conditions,
        case journey_rule.rule when 'stage' then journey_rule.stage_no when 'exclusion' then 98 else 99 end as order_no,
        coalesce(journey_rule.after_no, 0) as after_no,
        coalesce(journey_rule.before_no, 0) as before_no,
        fct_event.event_id,
        fct_event.entity,
        fct_event.entity_id
    from fct_event
    inner join journey_rule
        on lower(fct_event.event) = lower(journey_rule.event)
        and (journey_rule.channel is null or journey_rule.channel = fct_event.channel)
    where fct_event.happened_at >= timestamp '1970-01-01'
        and fct_event.customer_kind <> 'unidentified'
),

held as (
    select
        named.journey_id,
        named.rule_no,
        named.event_id,
        count(distinct journey_condition.property_name) as conditions
    from named
    inner join journey_condition
        on named.journey_id = journey_condition.journey_id
        and named.rule_no = journey_condition.rule_no
    inner join properties
        on named.entity = properties.subject_kind
        and named.entity_id = properties.subject_id
        and journey_condition.property_name = properties.name
        and journey_condition.property_value = properties.value
    where named.conditions > 0
        and not properties.sensitive
    group by named.journey_id, named.rule_no, named.event_id
),

matched as (
    select
        named.journey_id,
        named.event_id,
        min(named.order_no) as order_no,
        max(case when named.after_no <= 1 and named.before_no > 1 then 2 else 0 end)
        + max(case when named.after_no <= 2 and named.before_no > 2 then 4 else 0 end)
        + max(case when named.after_no <= 3 and named.before_no > 3 then 8 else 0 end)
        + max(case when named.after_no <= 4 and named.before_no > 4 then 16 else 0 end)
        + max(case when named.after_no <= 5 and named.before_no > 5 then 32 else 0 end)
        + max(case when named.after_no <= 6 and named.before_no > 6 then 64 else 0 end)
        + max(case when named.after_no <= 7 and named.before_no > 7 then 128 else 0 end)
        + max(case when named.after_no <= 8 and named.before_no > 8 then 256 else 0 end)
        + max(case when named.after_no <= 9 and named.before_no > 9 then 512 else 0 end)
        + max(case when named.after_no <= 10 and named.before_no > 10 then 1024 else 0 end)
        + max(case when named.after_no <= 11 and named.before_no > 11 then 2048 else 0 end) as sets_aside
    from named
    left join held
        on named.journey_id = held.journey_id
        and named.rule_no = held.rule_no
        and named.event_id = held.event_id
    where named.conditions = coalesce(held.conditions, 0)
    group by named.journey_id, named.event_id
)

select
    matched.journey_id,
    case journey.per when 'account' then fct_event.account_id else fct_event.customer_id end as customer_id,
    fct_event.account_id,
    date_diff('second', date_trunc('second', timestamp '1970-01-01'), date_trunc('second', fct_event.happened_at)) * 128
    + matched.order_no as moment,
    fct_event.event_id,
    date_trunc('second', fct_event.happened_at) as happened_at,
    case when matched.order_no < 98 then matched.order_no end as stage_no,
    case when matched.order_no = 98 then matched.sets_aside else 0 end as sets_aside,
    fct_event.event,
    fct_event.channel,
    fct_event.source,
    fct_event.segment,
    case journey.per when 'account' then coalesce(account.region, 'unknown') else fct_event.region end as region,
    case journey.per when 'account' then account.kind else fct_event.customer_kind end as customer_kind
from matched
inner join journey
    on matched.journey_id = journey.journey_id
inner join fct_event
    on matched.event_id = fct_event.event_id
inner join customers as account
    on fct_event.account_id = account.customer_id
