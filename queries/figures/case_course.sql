-- One row per event of a case, in the order in which they happened.
--
-- grain: row_id
-- reads: case_events, cases, case_message, case_start
-- takes: row_id
select
    case_events.happened_at,
    case_events.kind,
    case_events.value,
    case_message.written_by,
    case_events.happened_at > case_start.as_of as is_later
from case_events
inner join cases on case_events.source = cases.source and case_events.case_id = cases.case_id
left join case_start on cases.row_id = case_start.case_row_id
left join case_message on case_events.row_id = case_message.row_id
where cases.row_id = $row_id
order by case_events.happened_at, case_events.source_line, case_events.row_id
