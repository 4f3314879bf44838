-- One row: how this workspace counts days, money and customers.
--
-- grain: one row
-- reads: workspace_setting
select
    title,
    zone,
    currency,
    week_start,
    default_journey,
    segmentation,
    locale
from workspace_setting
