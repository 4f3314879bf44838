-- One row per entity, source, file, month and currency of what one customer's rows count: how many, and their value.
--
-- grain: entity, source, source_file, month, currency
-- reads: cases, commitments, consents, contracts, customer_of, customer_records, interactions, opportunities, orders, survey_responses
-- takes: customer_id
with told as (
    select
        'cases' as entity,
        row_id,
        source,
        source_file,
        cast(opened_at as date) as day,
        cast(0 as decimal(16, 2)) as value,
        '' as currency
    from cases
    union all
    select
        'commitments' as entity,
        row_id,
        source,
        source_file,
        cast(made_at as date) as day,
        cast(0 as decimal(16, 2)) as value,
        '' as currency
    from commitments
    union all
    select
        'consents' as entity,
        row_id,
        source,
        source_file,
        cast(effective_at as date) as day,
        cast(0 as decimal(16, 2)) as value,
        '' as currency
    from consents
    union all
    select
        'contracts' as entity,
        row_id,
        source,
        source_file,
        cast(starts_on as date) as day,
        amount_per_month as value,
        currency
    from contracts
    union all
    select
        'customer_records' as entity,
        row_id,
        source,
        source_file,
        cast(created_at as date) as day,
        cast(0 as decimal(16, 2)) as value,
        '' as currency
    from customer_records
    union all
    select
        'interactions' as entity,
        row_id,
        source,
        source_file,
        cast(happened_at as date) as day,
        cast(0 as decimal(16, 2)) as value,
        '' as currency
    from interactions
    union all
    select
        'opportunities' as entity,
        row_id,
        source,
        source_file,
        cast(coalesce(created_at, closed_at) as date) as day,
        amount as value,
        currency
    from opportunities
    union all
    select
        'orders' as entity,
        row_id,
        source,
        source_file,
        cast(ordered_at as date) as day,
        amount as value,
        currency
    from orders
    union all
    select
        'survey_responses' as entity,
        row_id,
        source,
        source_file,
        cast(coalesce(answered_at, sent_at) as date) as day,
        cast(0 as decimal(16, 2)) as value,
        '' as currency
    from survey_responses
)

select
    told.entity,
    told.source,
    told.source_file,
    coalesce(strftime(date_trunc('month', told.day), '%Y-%m'), '') as month,
    coalesce(told.currency, '') as currency,
    count(*) as n,
    cast(coalesce(sum(told.value), 0) as double) as value
from told
inner join customer_of on customer_of.entity = told.entity and customer_of.row_id = told.row_id
where customer_of.customer_id = $customer_id
group by
    told.entity,
    told.source,
    told.source_file,
    coalesce(strftime(date_trunc('month', told.day), '%Y-%m'), ''),
    coalesce(told.currency, '')
order by told.entity, told.source, told.source_file, month, currency
