-- One row per contract of a customer; the newest first.
--
-- grain: row_id
-- reads: contracts, customer_of
-- takes: customer_id, most
select
    contracts.contract_id,
    contracts.product,
    contracts.starts_on,
    contracts.ends_on,
    contracts.ended_on,
    contracts.end_reason,
    contracts.amount_per_month,
    contracts.currency,
    contracts.source,
    contracts.source_url
from contracts
inner join customer_of on customer_of.entity = 'contracts' and contracts.row_id = customer_of.row_id
where customer_of.customer_id = $customer_id or customer_of.account_id = $customer_id
order by contracts.starts_on desc, contracts.row_id
limit $most
