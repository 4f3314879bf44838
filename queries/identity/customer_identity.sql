-- One row per record of a customer and rule: why the records are one customer.
--
-- grain:    row_id, rule
-- reads:    customer_records, group_customer, identity_link, identity_member
-- dated by: none
with reasons as (
    select node_key, rule, evidence
    from identity_link
    union
    select other_key as node_key, rule, evidence
    from identity_link
),

gathered as (
    select node_key, rule, min(evidence) as evidence
    from reasons
    group by node_key, rule
)

select
    group_customer.customer_id,
    identity_member.node_key as row_id,
    coalesce(customer_records.source, 'rows without a record') as source,
    coalesce(customer_records.record_id, identity_member.node_key) as record_id,
    coalesce(gathered.rule, 'its own record') as rule,
    gathered.evidence
from identity_member
inner join group_customer on group_customer.group_key = identity_member.group_key
left join customer_records on customer_records.row_id = identity_member.node_key
left join gathered on gathered.node_key = identity_member.node_key
