-- One row per sign of life of an account that is not a contract: an order, a won opportunity, a lifecycle step, a declared event.
--
-- grain:     kind, row_id
-- reads:     account_order, active_event, customer_of, customer_rule, interactions, opportunities, stage_changes
-- dated by:  happened_at
-- judged by: orders, opportunities, stage_changes, interactions
-- note:      nothing that we sent is a sign of life; a won opportunity and a lifecycle step are one only where they make a customer
select
    'order' as kind,
    1 as kind_no,
    account_order.row_id,
    account_order.account_id,
    account_order.ordered_at as happened_at,
    account_order.order_id as subject,
    customer_rule.becomes_by_order as becomes
from account_order
cross join customer_rule
where account_order.is_purchase
union all
select
    'won opportunity' as kind,
    2 as kind_no,
    opportunities.row_id,
    customer_of.account_id,
    opportunities.closed_at as happened_at,
    opportunities.opportunity_id as subject,
    true as becomes
from opportunities
inner join customer_of
    on opportunities.row_id = customer_of.row_id and customer_of.entity = 'opportunities'
cross join customer_rule
where opportunities.outcome = 'won' and opportunities.closed_at is not null and customer_rule.becomes_by_won_opportunity
union all
select
    'lifecycle step' as kind,
    3 as kind_no,
    stage_changes.row_id,
    customer_of.account_id,
    stage_changes.entered_at as happened_at,
    stage_changes.subject_id as subject,
    true as becomes
from stage_changes
inner join customer_of
    on stage_changes.row_id = customer_of.row_id and customer_of.entity = 'stage_changes'
cross join customer_rule
where stage_changes.subject_kind = 'customer' and lower(stage_changes.stage) = 'customer' and customer_rule.becomes_by_lifecycle
union all
select
    interactions.event as kind,
    4 as kind_no,
    interactions.row_id,
    customer_of.account_id,
    interactions.happened_at,
    coalesce(interactions.interaction_id, interactions.row_id) as subject,
    false as becomes
from interactions
inner join active_event
    on lower(interactions.event) = lower(active_event.event)
inner join customer_of
    on interactions.row_id = customer_of.row_id and customer_of.entity = 'interactions'
where interactions.direction in ('inbound', 'self')
