-- One row per record of a customer and reason that joins it with another one, the strongest first.
--
-- grain: record, other_record, rule
-- reads: customer_identity, identity_cut, identity_link
-- takes: customer_id
with own as (
    select distinct row_id
    from customer_identity
    where customer_id = $customer_id
),

kept as (
    select
        identity_link.node_key,
        identity_link.other_key,
        identity_link.rule,
        identity_link.evidence,
        identity_link.strength_no
    from identity_link
    left join identity_cut
        on identity_link.node_key = identity_cut.node_key
        and identity_link.other_key = identity_cut.other_key
        and identity_link.rule = identity_cut.rule
    where
        identity_cut.node_key is null
        and (identity_link.node_key in (select row_id from own) or identity_link.other_key in (select row_id from own))
)

select
    node_key as record,
    other_key as other_record,
    rule,
    evidence,
    strength_no
from kept
union all
select
    other_key as record,
    node_key as other_record,
    rule,
    evidence,
    strength_no
from kept
order by record, strength_no, rule, other_record
