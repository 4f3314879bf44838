-- One row per record that its own source says was merged into another.
--
-- grain:    node_key
-- reads:    customer_records, identity_node
-- dated by: none
-- note:     errs when somebody merged the wrong records in the source; the other record may be known by its rows alone;
--           where no export holds it, the records merged into it are one with the first of them
with merged as (
    select row_id, source, trim(merged_into) as target, source || ':' || trim(merged_into) as target_key
    from customer_records
    where trim(merged_into) <> ''
),

led as (
    select
        merged.row_id,
        merged.source,
        merged.target,
        coalesce(kept.node_key, min(merged.row_id) over (partition by merged.target_key)) as other_key
    from merged
    left join identity_node as kept on kept.node_key = merged.target_key
)

select
    row_id as node_key,
    other_key,
    'merged in ' || source as rule,
    target as evidence
from led
where other_key <> row_id
