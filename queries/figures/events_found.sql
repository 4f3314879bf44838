-- One row per event that the data holds: how often, of how many customers, in which channels, from when to when; the most frequent first.
--
-- grain: event
-- reads: fct_event
select
    event,
    count(*) as n,
    count(distinct customer_id) as customers,
    string_agg(distinct channel, ', ' order by channel) filter (where channel not in ('unknown', 'other')) as channels,
    min(happened_at) as first_at,
    max(happened_at) as last_at
from fct_event
group by event
order by n desc, event
