-- Rows dated later than the moment their file was loaded.
--
-- severity: warning
-- sentence: These rows are dated after their file was loaded: a wrong clock, zone or order of day and month.
-- reads:    customer_of, known_until
select
    customer_of.entity,
    customer_of.row_id
from customer_of
inner join known_until on known_until.source = customer_of.source
where customer_of.dated_at > known_until.loaded_at and customer_of.entity <> 'contracts'
