-- One row: until when the signs of being a customer are known.
--
-- grain: one row
-- reads: account_as_of
select max(as_of) as as_of
from account_as_of
