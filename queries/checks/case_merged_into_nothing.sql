-- Requests that their source says were merged into one it does not hold, or into themselves.
--
-- severity: warning
-- sentence: These requests were merged into one that no export holds, or into themselves; they count nowhere. Load the export of the other one.
-- reads:    cases
select merged.row_id
from cases as merged
left join cases as kept
    on merged.source = kept.source and trim(merged.merged_into) = kept.case_id and merged.row_id <> kept.row_id
where trim(merged.merged_into) <> '' and kept.row_id is null
