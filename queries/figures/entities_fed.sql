-- One row per entity that a source feeds: its rows and, of each field, of how many of them it is told.
--
-- grain: entity, field
-- reads: field_filled
select
    entity,
    field,
    cast(sum(rows) as bigint) as rows,
    cast(sum(filled) as bigint) as filled
from field_filled
group by entity, field
order by entity, field
