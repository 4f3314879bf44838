-- Records that their source says were merged into a record it does not hold.
--
-- severity: warning
-- sentence: These records were merged into records that no export holds; they stay customers of their own.
-- reads:    customer_records
select
    'customer_records' as entity,
    merged.row_id
from customer_records as merged
left join customer_records as kept on kept.source = merged.source and kept.record_id = merged.merged_into
where trim(merged.merged_into) <> '' and kept.record_id is null
