-- One row per stretch of a case in one status.
--
-- grain: from_at
-- reads: case_status, cases
-- takes: row_id
select
    case_status.from_at,
    case_status.until_at,
    case_status.status,
    case_status.is_solved,
    case_status.has_history
from case_status
inner join cases on case_status.case_row_id = cases.row_id
where cases.row_id = $row_id
order by case_status.from_at
