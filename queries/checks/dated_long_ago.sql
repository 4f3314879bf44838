-- Rows dated before 1990, which usually stands for "not known".
--
-- severity: warning
-- sentence: These rows are dated before 1990, which usually means that the date is not known.
-- reads:    keyed_row
select
    entity,
    row_id
from keyed_row
where dated_at < timestamp '1990-01-01'
