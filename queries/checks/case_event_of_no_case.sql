-- Events of requests that no file told of.
--
-- severity: warning
-- sentence: These events belong to requests that no export holds; they count nowhere. Load the export of those requests.
-- reads:    case_events, cases
select
    'case_events' as entity,
    case_events.row_id
from case_events
left join cases on cases.source = case_events.source and cases.case_id = case_events.case_id
where cases.case_id is null
