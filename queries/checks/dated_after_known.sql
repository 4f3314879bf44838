-- Rows dated later than their source can know.
--
-- severity: warning
-- sentence: These rows are dated after the moment up to which their source is known; they count once that moment has come.
-- reads:    customer_of, known_until
select
    customer_of.entity,
    customer_of.row_id
from customer_of
inner join known_until on known_until.source = customer_of.source
where customer_of.dated_at > known_until.known_until and customer_of.entity <> 'contracts'
