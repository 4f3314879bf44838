-- One row per record that was joined into a customer: by which rule, on what evidence.
--
-- grain: row_id, rule
-- reads: customer_identity, customer_records
-- takes: customer_id
select
    customer_identity.row_id,
    customer_identity.source,
    customer_identity.record_id,
    customer_identity.rule,
    customer_identity.evidence,
    customer_records.name,
    customer_records.email,
    customer_records.phone,
    customer_records.external_id,
    customer_records.created_at,
    customer_records.source_url
from customer_identity
left join customer_records on customer_identity.row_id = customer_records.row_id
where customer_identity.customer_id = $customer_id
order by customer_records.created_at, customer_identity.source, customer_identity.row_id, customer_identity.rule
