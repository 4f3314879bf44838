-- One row per customer under contract about whom something may be foretold: what we know of them now.
--
-- grain: customer_id
-- reads: selected_rows
-- note:  who objects to profiling is left out here, whatever a definition counts
select
    customer_id,
    split_1,
    is_identified,
    contracts,
    value_a_year,
    tenure_days,
    has_returned,
    requests,
    complaints,
    broken_promises,
    contacts,
    orders,
    open_requests,
    nps_points
from selected_rows
where is_now and not has_objected
order by customer_id
