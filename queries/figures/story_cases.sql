-- One row per help request of a customer, without spam and merged ones; the newest first.
--
-- grain: row_id
-- reads: fct_case, cases
-- takes: customer_id, most
select
    fct_case.case_id,
    fct_case.opened_at,
    fct_case.kind,
    fct_case.channel,
    fct_case.priority,
    fct_case.category,
    fct_case.team,
    fct_case.status,
    fct_case.first_replied_at,
    fct_case.resolved_at,
    fct_case.is_open,
    fct_case.has_broken_promise,
    cases.subject,
    cases.source,
    cases.source_url
from fct_case
inner join cases on fct_case.row_id = cases.row_id
where (fct_case.customer_id = $customer_id or fct_case.account_id = $customer_id) and fct_case.is_counted
order by fct_case.opened_at desc, fct_case.row_id
limit $most
