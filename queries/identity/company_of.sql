-- One row per person with a company: the group of the person and the customer id of the company.
--
-- grain:    group_key
-- reads:    customer_records, group_customer, identity_member
-- dated by: none
-- note:     told by the newest record that names a company; else a company with the same shared id
with employed as (
    select
        person.group_key,
        company.group_key as company_group,
        1 as way,
        coalesce(customer_records.updated_at, customer_records.created_at, timestamp '1970-01-01') as told_at,
        person.node_key
    from customer_records
    inner join identity_member as person on person.node_key = customer_records.row_id
    inner join identity_member as company
        on company.node_key = customer_records.source || ':' || customer_records.company_id and company.kind = 'company'
    where person.kind = 'person'
    union all
    select person.group_key, company.group_key as company_group, 2 as way, company.seen_at as told_at, person.node_key
    from identity_member as person
    inner join identity_member as company on company.external_key = person.external_key and company.kind = 'company'
    where person.kind = 'person'
),

ranked as (
    select
        group_key,
        company_group,
        row_number() over (partition by group_key order by way, told_at desc, node_key, company_group) as place
    from employed
    where group_key <> company_group
)

select ranked.group_key, group_customer.customer_id as company_customer_id
from ranked
inner join group_customer on group_customer.group_key = ranked.company_group
where ranked.place = 1
