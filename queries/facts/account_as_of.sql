-- One row: until when the signs of being a customer are known, as an instant and as a local day.
--
-- grain:     as_of
-- reads:     active_event, customer_rule, entity_as_of, workspace_setting
-- dated by:  as_of
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      an entity judges only where customer.toml makes it a sign; with none of them, everything loaded judges
with active as (
    select count(*) as events
    from active_event
),

known as (
    select
        entity_as_of.as_of,
        entity_as_of.entity in ('orders', 'contracts')
        or (entity_as_of.entity = 'opportunities' and customer_rule.becomes_by_won_opportunity)
        or (entity_as_of.entity = 'stage_changes' and customer_rule.becomes_by_lifecycle)
        or (entity_as_of.entity = 'interactions' and active.events > 0) as is_judge
    from entity_as_of
    cross join customer_rule
    cross join active
),

earliest as (
    select coalesce(min(case when is_judge then as_of end), min(as_of)) as as_of
    from known
)

select
    earliest.as_of,
    cast(cast(earliest.as_of at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as as_of_day
from earliest
cross join workspace_setting
where earliest.as_of is not null
