-- One row per promise made to a customer; the newest first.
--
-- grain: clock_id
-- reads: fct_promise
-- takes: customer_id, most
select
    promise,
    subject_kind,
    subject,
    started_at,
    due_at,
    fulfilled_at,
    decided_at,
    state,
    is_provisional,
    was_kept,
    remaining_seconds,
    because,
    team,
    channel,
    priority
from fct_promise
where customer_id = $customer_id or account_id = $customer_id
order by started_at desc, clock_id
limit $most
