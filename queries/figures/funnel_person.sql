-- One row per person who entered the journey in the period: how far the first entry of their attempt led.
--
-- grain: customer_id
-- reads: funnel_anchor
select
    *,
    entered_at as first_at,
    entered_at as last_at
from funnel_anchor
