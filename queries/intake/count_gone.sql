-- How many rows earlier exports told that the newest full one does not.
select count(distinct row_id) as gone
from ever_told
where row_id not in (select row_id from still_told)
