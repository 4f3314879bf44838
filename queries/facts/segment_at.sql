-- One row per account and run of time in one segment of the workspace's own segmentation, in UTC moments.
--
-- grain:    account_id, from_at
-- reads:    segmentation_at, workspace_setting
-- dated by: from_at
select
    segmentation_at.account_id,
    segmentation_at.segment,
    segmentation_at.from_at,
    segmentation_at.until_at
from segmentation_at
inner join workspace_setting on workspace_setting.segmentation = segmentation_at.segmentation
