-- Rows dated later than their source can know.
--
-- severity: warning
-- sentence: These rows are dated after the moment up to which their source is known; they count once that moment has come.
-- reads:    keyed_row, known_until
select
    keyed_row.entity,
    keyed_row.row_id
from keyed_row
inner join known_until on known_until.source = keyed_row.source
where keyed_row.dated_at > known_until.known_until and keyed_row.entity <> 'contracts'
