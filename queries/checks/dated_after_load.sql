-- Rows dated later than the moment their file was loaded.
--
-- severity: warning
-- sentence: These rows are dated after their file was loaded: a wrong clock, zone or order of day and month.
-- reads:    keyed_row, known_until
select
    keyed_row.entity,
    keyed_row.row_id
from keyed_row
inner join known_until on known_until.source = keyed_row.source
where keyed_row.dated_at > known_until.loaded_at and keyed_row.entity <> 'contracts'
