-- One row per entity, and per part of one that figures count apart, that a source feeds.
--
-- grain: entity
-- reads: entity_as_of
select entity
from entity_as_of
order by entity
