-- Requests and orders in a state that their declaration does not know.
--
-- severity: warning
-- sentence: These requests, statuses in their histories, and orders are in a state we do not know, read as "other". Map it in the source's declaration.
-- reads:    case_events, cases, orders
select
    'cases' as entity,
    row_id
from cases
where status = 'other'
union all
select
    'case_events' as entity,
    row_id
from case_events
where kind = 'status'
    and coalesce(replace(replace(lower(trim(value)), '-', '_'), ' ', '_'), '')
    not in ('new', 'open', 'pending', 'on_hold', 'solved', 'closed')
union all
select
    'orders' as entity,
    row_id
from orders
where status = 'other'
