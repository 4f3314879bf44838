-- One row per customer of a list of whose account somebody objects to profiling now, by the id that the list holds.
--
-- grain: customer_id
-- reads: customers, customer_redirect, profiling_objection
-- takes: ids
with named as (
    select unnest($ids) as listed_id
),

living as (
    select
        named.listed_id,
        coalesce(customer_redirect.customer_id, named.listed_id) as customer_id
    from named
    left join customer_redirect on named.listed_id = customer_redirect.old_customer_id
)

select living.listed_id as customer_id
from living
inner join customers on living.customer_id = customers.customer_id
semi join profiling_objection on customers.account_id = profiling_objection.account_id
