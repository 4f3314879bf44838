-- One row per property that a dimension is declared of and that no source tells of anything.
--
-- grain: property
-- reads: dimension, properties
select distinct dimension.property
from dimension
anti join properties on dimension.property = properties.name
where dimension.property is not null
