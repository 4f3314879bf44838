-- Contacts that name a campaign which no file told of.
--
-- severity: note
-- sentence: These contacts name a campaign that no export holds; they count, but under no campaign's name. Load the campaigns.
-- reads:    campaigns, interactions
select
    'interactions' as entity,
    interactions.row_id
from interactions
left join (
    select distinct campaign_id
    from campaigns
) as known on known.campaign_id = interactions.campaign_id
where trim(interactions.campaign_id) <> '' and known.campaign_id is null
