-- One row per case of an id; sources may use the same one.
--
-- grain: row_id
-- reads: cases, customer_of, customers
-- takes: case_id (as its source tells it, or source:id)
select
    cases.row_id,
    cases.source,
    cases.case_id,
    cases.opened_at,
    cases.opened_by,
    cases.kind,
    cases.channel,
    cases.priority,
    cases.category,
    cases.team,
    cases.status,
    cases.subject,
    cases.merged_into,
    coalesce(cases.is_spam, false) as is_spam,
    coalesce(cases.is_withdrawn, false) as is_withdrawn,
    cases.source_url,
    customers.customer_id,
    customers.name
from cases
inner join customer_of on customer_of.entity = 'cases' and cases.row_id = customer_of.row_id
inner join customers on customer_of.customer_id = customers.customer_id
where cases.case_id = $case_id or cases.source || ':' || cases.case_id = $case_id
order by cases.source, cases.row_id
