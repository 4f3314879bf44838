-- Contracts that ended, and sales that were lost, without a word about why.
--
-- severity: note
-- sentence: Nobody wrote down why these contracts ended or these sales were lost: the reasons on the first page leave them out.
-- reads:    contracts, opportunities
select
    'contracts' as entity,
    row_id
from contracts
where ended_on is not null and coalesce(trim(end_reason), '') = ''
union all
select
    'opportunities' as entity,
    row_id
from opportunities
where outcome = 'lost' and coalesce(trim(lost_reason), '') = ''
