-- One row per account and run of local days in one segment of the workspace's own segmentation.
--
-- grain:    account_id, from_day
-- reads:    segment_membership, workspace_setting
-- dated by: from_day
select
    segment_membership.customer_id as account_id,
    segment_membership.segment,
    segment_membership.from_day,
    segment_membership.until_day
from segment_membership
inner join workspace_setting
    on segment_membership.segmentation = workspace_setting.segmentation
