-- One row per record that its own source says was merged into another.
--
-- grain:    node_key
-- reads:    customer_records, identity_node
-- dated by: none
-- note:     errs when somebody merged the wrong records in the source; the other record may be known by its rows alone
select
    merged.row_id as node_key,
    kept.node_key as other_key,
    'merged in ' || merged.source as rule,
    trim(merged.merged_into) as evidence
from customer_records as merged
inner join identity_node as kept on kept.node_key = merged.source || ':' || trim(merged.merged_into)
where kept.node_key <> merged.row_id
