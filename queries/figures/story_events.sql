-- One row per thing that passed between a customer (or, of a company, its people) and us; the newest first.
--
-- grain: event_id
-- reads: fct_event
-- takes: customer_id, most
select
    event_id,
    customer_id,
    happened_at,
    event,
    channel,
    direction,
    purpose,
    entity,
    entity_id,
    source,
    detail,
    value
from fct_event
where customer_id = $customer_id or account_id = $customer_id
order by happened_at desc, event_id
limit $most
