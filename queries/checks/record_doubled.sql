-- Records of customers whom their own source knew already.
--
-- severity: note
-- sentence: These records were made of customers whom the same source knew already: merge them there, where both are worked with.
-- reads:    customer_of, customer_records
with placed as (
    select
        customer_records.row_id,
        row_number() over (
            partition by customer_of.customer_id, customer_records.source
            order by customer_records.created_at, customer_records.row_id
        ) as place
    from customer_records
    inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
    where coalesce(trim(customer_records.merged_into), '') = ''
)

select
    'customer_records' as entity,
    row_id
from placed
where place > 1
