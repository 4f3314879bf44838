-- One row per event and property that a dimension of events is declared of.
--
-- grain:    event_id, property
-- reads:    fct_event, row_property
-- dated by: none
select
    fct_event.event_id,
    row_property.property,
    row_property.value
from fct_event
inner join row_property on row_property.entity = fct_event.entity and row_property.row_id = fct_event.entity_id
