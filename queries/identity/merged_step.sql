-- One row per record that its source merged into another one that an export holds: where looking for circles begins.
--
-- grain:    node_key
-- reads:    customer_records
-- dated by: none
select merged.row_id as node_key, kept.row_id as other_key
from customer_records as merged
inner join customer_records as kept
    on kept.source = merged.source and kept.record_id = trim(merged.merged_into) and kept.row_id <> merged.row_id
