-- One row per row of an entity that names its customer: whose it is, and how we know.
--
-- grain:    entity, row_id
-- reads:    company_of, group_customer, row_group, stage_subject
-- dated by: none
-- note:     account_id is the company's customer id, else the customer's own
with whose as (
    select entity, row_id, group_key, matched_by
    from row_group
    union all
    select 'stage_changes' as entity, stage_subject.row_id, row_group.group_key, row_group.matched_by
    from stage_subject
    inner join row_group on row_group.entity = stage_subject.subject_entity and row_group.row_id = stage_subject.subject_row_id
),

named as (
    select
        whose.entity,
        whose.row_id,
        whose.group_key,
        whose.matched_by,
        coalesce(group_customer.customer_id, 'C-' || substr(md5(whose.group_key), 1, 12)) as customer_id
    from whose
    left join group_customer on group_customer.group_key = whose.group_key
)

select
    named.entity,
    named.row_id,
    named.customer_id,
    coalesce(company_of.company_customer_id, named.customer_id) as account_id,
    named.matched_by
from named
left join company_of on company_of.group_key = named.group_key
