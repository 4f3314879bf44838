-- Promises judged by another system for requests that no file told of.
--
-- severity: warning
-- sentence: These promises were judged for requests that no export holds; they are left out.
-- reads:    cases, reported_promises
select
    'reported_promises' as entity,
    reported_promises.row_id
from reported_promises
left join cases on cases.source = reported_promises.source and cases.case_id = reported_promises.case_id
where cases.case_id is null
