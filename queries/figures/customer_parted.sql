-- One row per reason that would join a customer with another one, but for records that identity.toml keeps apart.
--
-- grain: record, other_record, rule
-- reads: customers, identity_cut
-- takes: customer_id
with both_ways as (
    select
        node_key as record,
        customer_id,
        other_key as other_record,
        other_customer_id,
        rule,
        evidence
    from identity_cut
    union all
    select
        other_key as record,
        other_customer_id as customer_id,
        node_key as other_record,
        customer_id as other_customer_id,
        rule,
        evidence
    from identity_cut
)

select
    both_ways.record,
    both_ways.other_record,
    both_ways.other_customer_id,
    customers.name as other_name,
    both_ways.rule,
    both_ways.evidence
from both_ways
inner join customers on both_ways.other_customer_id = customers.customer_id
where both_ways.customer_id = $customer_id
order by both_ways.record, both_ways.other_record, both_ways.rule
