-- One row per record of a customer of whom something is dated since a moment, or whose contract has not ended by then; of a company
-- also by what is told of its people.
with lasting as (
    select customer_id, account_id
    from fct_event
    where happened_at >= cast($since as timestamp)
    union
    select customer_of.customer_id, customer_of.account_id
    from contracts
    inner join customer_of on customer_of.entity = 'contracts' and customer_of.row_id = contracts.row_id
    where contracts.ends_on is null or contracts.ends_on >= cast($since as date)
)

select distinct customer_of.row_id
from customer_of
inner join lasting on customer_of.customer_id in (lasting.customer_id, lasting.account_id)
where customer_of.entity = 'customer_records'
