-- One row per source and team, or owner, that makes records: how many it has made, and how many of them of customers known there already.
--
-- grain: source, team, owner
-- reads: customer_of, customer_records
-- takes: by_owner (whether people who work here may be told apart)
with placed as (
    select
        customer_records.source,
        coalesce(nullif(trim(customer_records.business_unit), ''), 'unknown') as team,
        case when $by_owner then coalesce(nullif(trim(customer_records.owner), ''), 'unknown') end as owner,
        customer_of.customer_id,
        row_number() over (
            partition by customer_of.customer_id, customer_records.source
            order by customer_records.created_at, customer_records.row_id
        ) as place
    from customer_records
    inner join customer_of
        on customer_of.entity = 'customer_records' and customer_records.row_id = customer_of.row_id
    where coalesce(trim(customer_records.merged_into), '') = ''
)

select
    source,
    team,
    owner,
    count(*) as records,
    count(*) filter (where place > 1) as doubled,
    count(distinct customer_id) filter (where place > 1) as customers
from placed
group by source, team, owner
order by doubled desc, records desc, source, team, owner
