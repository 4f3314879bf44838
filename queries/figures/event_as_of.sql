-- One row per event that ever happened, the most frequent first: how often, from when to when, and until when it is known.
--
-- grain: event
-- reads: event_as_of
select
    event,
    events,
    first_at,
    last_at,
    as_of
from event_as_of
order by events desc, event
