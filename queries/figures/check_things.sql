-- One row per thing of which a check does not hold, as the check tells it: an address, a source, a stage.
--
-- grain: none
-- reads: broken
-- takes: most, skipped
select *
from broken
order by all
limit $most offset $skipped
