-- Sources of which more than a third of the requests say nothing of what they are about.
--
-- severity: note
-- sentence: More than a third of the requests of these sources have no category: splits by category say little.
-- reads:    cases
select
    source,
    count(*) as requests
from cases
group by source
having count(*) >= 20 and 3 * count(nullif(trim(category), '')) < 2 * count(*)
