-- One row per moment at which a prospect entered a lifecycle stage: whether they moved on within 30 days.
--
-- grain:     customer_id, entered_at
-- reads:     account_as_of, customer_of, customer_stage, customers, fct_customer_movement, segment_at, stage_changes
-- dated by:  known_at
-- as of:     entered_at
-- judged by: stage_changes, orders, contracts
-- note:      dated when the 30 days are over; a stage told twice counts from the first time, stages entered in the same second are one step, becoming a
--            customer is moving on, and who is a customer is no prospect any more
with entered as (
    select
        customer_of.customer_id,
        customer_of.account_id,
        lower(trim(stage_changes.stage)) as stage,
        min(date_trunc('second', stage_changes.entered_at)) as entered_at
    from stage_changes
    inner join customer_of
        on customer_of.entity = 'stage_changes' and stage_changes.row_id = customer_of.row_id
    cross join account_as_of
    where stage_changes.subject_kind = 'customer' and stage_changes.entered_at <= account_as_of.as_of
    group by customer_of.customer_id, customer_of.account_id, lower(trim(stage_changes.stage))
),

steps as (
    select
        entered.customer_id,
        entered.account_id,
        entered.entered_at,
        string_agg(entered.stage, ' and ' order by entered.entered_at, entered.stage) as stage,
        count(customer_stage.word) as customer_stages,
        lead(entered.entered_at) over (partition by entered.customer_id order by entered.entered_at) as next_at
    from entered
    left join customer_stage
        on entered.stage = customer_stage.word
    group by entered.customer_id, entered.account_id, entered.entered_at
),

gained as (
    select account_id, happened_at as became_customer_at
    from fct_customer_movement
    where movement = 'gained'
),

moved as (
    select
        steps.customer_id,
        steps.account_id,
        steps.stage,
        steps.entered_at,
        steps.entered_at + interval 30 day as known_at,
        least(steps.next_at, gained.became_customer_at) as moved_at
    from steps
    left join gained on steps.account_id = gained.account_id
    where steps.customer_stages = 0 and (gained.became_customer_at is null or gained.became_customer_at > steps.entered_at)
)

select
    moved.customer_id,
    moved.account_id,
    moved.stage,
    moved.entered_at,
    moved.known_at,
    moved.moved_at,
    coalesce(moved.moved_at <= moved.known_at, false) as moved_in_time,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    moved.stage as subject,
    case when moved.moved_at <= moved.known_at then 'moved on from ' else 'stayed in ' end || moved.stage as because,
    account_as_of.as_of
from moved
inner join customers on moved.customer_id = customers.customer_id
cross join account_as_of
left join segment_at
    on moved.account_id = segment_at.account_id
    and moved.entered_at >= segment_at.from_at
    and moved.entered_at < segment_at.until_at
