-- One row per segmentation, account and run of time in one segment, in UTC moments.
--
-- grain:    segmentation, account_id, from_at
-- reads:    local_day, segment_membership
-- dated by: from_at
-- note:     what a row's segments are looked up in; days turn into moments here once, not once for every row
select
    segment_membership.segmentation,
    segment_membership.customer_id as account_id,
    segment_membership.segment,
    coalesce(first_day.starts_at, cast(segment_membership.from_day as timestamp)) as from_at,
    coalesce(last_day.starts_at, cast(segment_membership.until_day as timestamp)) as until_at
from segment_membership
left join local_day as first_day on first_day.day = segment_membership.from_day
left join local_day as last_day on last_day.day = segment_membership.until_day
