-- One row per record of a customer, the oldest first: what it says, where it stands, what it was merged into.
--
-- grain: row_id
-- reads: customer_identity, customer_records
-- takes: customer_id
with own as (
    select distinct row_id
    from customer_identity
    where customer_id = $customer_id
)

select
    own.row_id as record,
    customer_records.source,
    customer_records.record_id,
    customer_records.kind,
    customer_records.name,
    customer_records.family_name,
    customer_records.email,
    customer_records.phone,
    customer_records.external_id,
    customer_records.company_id,
    customer_records.role,
    customer_records.region,
    customer_records.business_unit,
    customer_records.lifecycle,
    customer_records.acquired_through,
    customer_records.acquisition_reason,
    customer_records.referred_by,
    customer_records.owner,
    customer_records.created_at,
    customer_records.updated_at,
    customer_records.merged_into,
    customer_records.source_file,
    customer_records.source_line,
    customer_records.source_url
from own
left join customer_records on own.row_id = customer_records.row_id
order by customer_records.created_at, own.row_id
