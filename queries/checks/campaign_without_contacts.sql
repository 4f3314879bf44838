-- Campaigns of which no contact is known.
--
-- severity: note
-- sentence: No contact of these campaigns is known: they reached nobody, or their sends are in no export.
-- reads:    campaigns, interactions
select
    'campaigns' as entity,
    campaigns.row_id
from campaigns
left join (
    select distinct campaign_id
    from interactions
    where campaign_id is not null
) as sent on sent.campaign_id = campaigns.campaign_id
where sent.campaign_id is null
