-- One row per possible sale: how it stands, what it is worth, and how long it took.
--
-- grain:     row_id
-- reads:     customer_of, customers, entity_as_of, opportunities, rate_of_day, segment_at, workspace_setting
-- dated by:  created_at
-- as of:     created_at, closed_at
-- judged by: opportunities
-- note:      what was closed after as_of is still open; the amount is in the reporting currency by the rate of the day on which it was opened, empty
--            without an amount or a rate
with known as (
    select
        opportunities.row_id,
        opportunities.opportunity_id,
        opportunities.created_at,
        case when opportunities.closed_at <= entity_as_of.as_of then opportunities.closed_at end as closed_at,
        case
            when opportunities.outcome = 'open' or opportunities.closed_at > entity_as_of.as_of then 'open'
            else opportunities.outcome
        end as outcome,
        opportunities.lost_reason,
        opportunities.pipeline,
        opportunities.stage,
        opportunities.product,
        opportunities.team,
        opportunities.amount,
        upper(coalesce(opportunities.currency, workspace_setting.currency)) as currency,
        cast(cast(opportunities.created_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day,
        coalesce(opportunities.created_at, opportunities.closed_at) as happened_at,
        entity_as_of.as_of
    from opportunities
    inner join entity_as_of on entity_as_of.entity = 'opportunities'
    cross join workspace_setting
    where coalesce(opportunities.created_at, opportunities.closed_at, timestamp '1970-01-01') <= entity_as_of.as_of
)

select
    known.row_id,
    known.opportunity_id,
    customer_of.customer_id,
    customer_of.account_id,
    known.created_at,
    known.closed_at,
    known.outcome,
    known.outcome = 'open' as is_open,
    known.outcome = 'won' as is_won,
    case
        when known.outcome <> 'open'
            then date_diff('second', date_trunc('second', known.created_at), date_trunc('second', known.closed_at))
    end as seconds_to_close,
    cast(floor(cast(known.amount as double) * rate_of_day.rate * 100 + 0.5) as bigint) as cents,
    cast(floor(cast(known.amount as double) * rate_of_day.rate * 100 + 0.5) as double) / 100 as amount,
    coalesce(known.stage, 'unknown') as stage,
    coalesce(known.pipeline, 'unknown') as pipeline,
    coalesce(known.product, 'unknown') as product,
    coalesce(known.team, 'unknown') as team,
    coalesce(known.lost_reason, 'unknown') as reason,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    known.opportunity_id as subject,
    case known.outcome
        when 'won' then 'won'
        when 'lost' then 'lost: ' || coalesce(known.lost_reason, 'no reason told')
        else 'still open'
    end as because,
    known.as_of
from known
inner join customer_of
    on customer_of.entity = 'opportunities' and known.row_id = customer_of.row_id
inner join customers
    on customer_of.customer_id = customers.customer_id
left join rate_of_day
    on known.currency = rate_of_day.currency and known.day = rate_of_day.day
left join segment_at
    on customer_of.account_id = segment_at.account_id
    and known.happened_at >= segment_at.from_at
    and known.happened_at < segment_at.until_at
