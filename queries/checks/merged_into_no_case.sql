-- Requests merged into a request that no file told of.
--
-- severity: warning
-- sentence: These requests were merged into requests that no export holds, so what became of them is not known.
-- reads:    cases
select
    'cases' as entity,
    merged.row_id
from cases as merged
left join cases as kept on kept.source = merged.source and kept.case_id = merged.merged_into
where trim(merged.merged_into) <> '' and kept.case_id is null
