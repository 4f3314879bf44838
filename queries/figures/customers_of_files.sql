-- The customers, and the companies they belong to, of whom some files told anything.
--
-- grain: customer_id
-- reads: case_events, cases, commitments, consents, contracts, customer_of, customer_records, interactions, opportunities, order_lines, orders, stage_changes, survey_answers, survey_responses
-- takes: names (of files)
-- note:  a row names its file by name, so a file that came again under its name stands for the earlier ones, too
with told as (
    select 'cases' as entity, row_id, source_file from cases
    union all
    select 'commitments', row_id, source_file from commitments
    union all
    select 'consents', row_id, source_file from consents
    union all
    select 'contracts', row_id, source_file from contracts
    union all
    select 'customer_records', row_id, source_file from customer_records
    union all
    select 'interactions', row_id, source_file from interactions
    union all
    select 'opportunities', row_id, source_file from opportunities
    union all
    select 'orders', row_id, source_file from orders
    union all
    select 'stage_changes', row_id, source_file from stage_changes
    union all
    select 'survey_responses', row_id, source_file from survey_responses
    union all
    select 'cases', cases.row_id, case_events.source_file
    from case_events
    inner join cases on case_events.source = cases.source and case_events.case_id = cases.case_id
    union all
    select 'orders', orders.row_id, order_lines.source_file
    from order_lines
    inner join orders on order_lines.source = orders.source and order_lines.order_id = orders.order_id
    union all
    select 'survey_responses', survey_responses.row_id, survey_answers.source_file
    from survey_answers
    inner join survey_responses
        on survey_answers.source = survey_responses.source and survey_answers.response_id = survey_responses.response_id
),

whose as (
    select
        customer_of.customer_id,
        customer_of.account_id
    from told
    inner join customer_of on told.entity = customer_of.entity and told.row_id = customer_of.row_id
    where told.source_file in (select unnest($names))
)

select customer_id from whose
union
select account_id from whose
