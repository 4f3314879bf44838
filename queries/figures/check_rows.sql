-- One row per row that breaks a check: where it was told, whose it is, and of when.
--
-- grain: entity, row_id
-- reads: broken, customer_of, customers,
--        campaigns, case_events, cases, commitments, consents, contracts, costs, customer_records, interactions,
--        opportunities, order_lines, orders, properties, rates, reported_promises, stage_changes, survey_answers,
--        survey_responses
-- takes: most, skipped
with found as materialized (
    select distinct entity, row_id
    from broken
    order by entity, row_id
    limit $most offset $skipped
),

told as (
    select 'campaigns' as entity, row_id, source, source_file, source_line, source_url
    from campaigns
    where row_id in (select row_id from found where entity = 'campaigns')
    union all
    select 'case_events' as entity, row_id, source, source_file, source_line, source_url
    from case_events
    where row_id in (select row_id from found where entity = 'case_events')
    union all
    select 'cases' as entity, row_id, source, source_file, source_line, source_url
    from cases
    where row_id in (select row_id from found where entity = 'cases')
    union all
    select 'commitments' as entity, row_id, source, source_file, source_line, source_url
    from commitments
    where row_id in (select row_id from found where entity = 'commitments')
    union all
    select 'consents' as entity, row_id, source, source_file, source_line, source_url
    from consents
    where row_id in (select row_id from found where entity = 'consents')
    union all
    select 'contracts' as entity, row_id, source, source_file, source_line, source_url
    from contracts
    where row_id in (select row_id from found where entity = 'contracts')
    union all
    select 'costs' as entity, row_id, source, source_file, source_line, source_url
    from costs
    where row_id in (select row_id from found where entity = 'costs')
    union all
    select 'customer_records' as entity, row_id, source, source_file, source_line, source_url
    from customer_records
    where row_id in (select row_id from found where entity = 'customer_records')
    union all
    select 'interactions' as entity, row_id, source, source_file, source_line, source_url
    from interactions
    where row_id in (select row_id from found where entity = 'interactions')
    union all
    select 'opportunities' as entity, row_id, source, source_file, source_line, source_url
    from opportunities
    where row_id in (select row_id from found where entity = 'opportunities')
    union all
    select 'order_lines' as entity, row_id, source, source_file, source_line, source_url
    from order_lines
    where row_id in (select row_id from found where entity = 'order_lines')
    union all
    select 'orders' as entity, row_id, source, source_file, source_line, source_url
    from orders
    where row_id in (select row_id from found where entity = 'orders')
    union all
    select 'properties' as entity, row_id, source, source_file, source_line, source_url
    from properties
    where row_id in (select row_id from found where entity = 'properties')
    union all
    select 'rates' as entity, row_id, source, source_file, source_line, source_url
    from rates
    where row_id in (select row_id from found where entity = 'rates')
    union all
    select 'reported_promises' as entity, row_id, source, source_file, source_line, source_url
    from reported_promises
    where row_id in (select row_id from found where entity = 'reported_promises')
    union all
    select 'stage_changes' as entity, row_id, source, source_file, source_line, source_url
    from stage_changes
    where row_id in (select row_id from found where entity = 'stage_changes')
    union all
    select 'survey_answers' as entity, row_id, source, source_file, source_line, source_url
    from survey_answers
    where row_id in (select row_id from found where entity = 'survey_answers')
    union all
    select 'survey_responses' as entity, row_id, source, source_file, source_line, source_url
    from survey_responses
    where row_id in (select row_id from found where entity = 'survey_responses')
)

select
    told.entity,
    told.row_id,
    told.source,
    told.source_file,
    told.source_line,
    told.source_url,
    customer_of.dated_at,
    customers.customer_id,
    customers.name,
    customers.kind
from told
left join customer_of on told.entity = customer_of.entity and told.row_id = customer_of.row_id
left join customers on customer_of.customer_id = customers.customer_id
order by told.entity, customer_of.dated_at desc nulls last, told.row_id
