-- What another tool gets: the rows that the four charts need, narrow, customers as whole numbers, made from the snapshot's own rows.
create table customer as
select
    cast(substr(record_id, 2) as integer) as customer,
    region
from made.customer_records;

create table event as
select
    cast(substr(record_id, 2) as integer) as customer,
    happened_at,
    case when event like 'step %' then cast(substr(event, 6) as tinyint) end as step,
    channel,
    purpose
from made.interactions;

create table request as
select
    cast(substr(record_id, 2) as integer) as customer,
    channel
from made.cases;

create table answer as
select
    cast(substr(record_id, 2) as integer) as customer,
    wave,
    answered_at,
    cast(score as tinyint) as score
from made.survey_responses
where answered_at <= timestamp '2026-11-01';
