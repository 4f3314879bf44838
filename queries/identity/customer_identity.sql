-- One row per record of a customer and rule: why the records are one customer.
--
-- grain:    row_id, rule
-- reads:    customer_records, group_customer, identity_cut, identity_link, identity_member
-- dated by: none
with kept as (
    select identity_link.node_key, identity_link.other_key, identity_link.rule, identity_link.evidence
    from identity_link
    left join identity_cut
        on identity_cut.node_key = identity_link.node_key
        and identity_cut.other_key = identity_link.other_key
        and identity_cut.rule = identity_link.rule
    where identity_cut.node_key is null
),

reasons as (
    select node_key, rule, evidence
    from kept
    union
    select other_key as node_key, rule, evidence
    from kept
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
