-- Rows dated before 1990, which usually stands for "not known".
--
-- severity: warning
-- sentence: These rows are dated before 1990, which usually means that the date is not known.
-- reads:    customer_of
select
    entity,
    row_id
from customer_of
where dated_at < timestamp '1990-01-01'
