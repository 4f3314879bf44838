-- The interactions as bare as they can be: a whole number for whom, when, what.
create table raw_event as
select
    cast(substr(record_id, 2) as integer) as customer,
    happened_at,
    event
from made.interactions
