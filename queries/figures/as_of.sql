-- One row per entity that a source feeds: until when it is known.
--
-- grain: entity
-- reads: entity_as_of
select
    entity,
    as_of
from entity_as_of
order by entity
