-- Contracts of one customer for one product that begin before the one before has ended.
--
-- severity: note
-- sentence: These contracts begin while another of the same customer for the same product still runs; both are added to the value.
-- reads:    contracts, customer_of
with placed as (
    select
        contracts.row_id,
        contracts.starts_on,
        max(coalesce(contracts.ended_on, contracts.ends_on, date '9999-12-31')) over (
            partition by customer_of.customer_id, lower(trim(contracts.product))
            order by contracts.starts_on, contracts.row_id
            rows between unbounded preceding and 1 preceding
        ) as until_on
    from contracts
    inner join customer_of on customer_of.entity = 'contracts' and customer_of.row_id = contracts.row_id
    where trim(contracts.product) <> ''
)

select
    'contracts' as entity,
    row_id
from placed
where starts_on < until_on
