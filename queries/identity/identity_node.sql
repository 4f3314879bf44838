-- One row per record that may be a customer: the sources' own records, and keys that no record carries but rows are told by.
--
-- grain:    node_key
-- reads:    customer_records, named_row
-- dated by: seen_at
-- note:     a shop that sends orders but no customers still has customers: their keys stand in for records
with records as (
    select
        customer_records.row_id as node_key,
        case when customer_records.kind = 'company' then 'company' else 'person' end as kind,
        nullif(lower(trim(customer_records.name)), '') as full_name,
        nullif(lower(trim(customer_records.family_name)), '') as family_name,
        named_row.external_key,
        named_row.email_key,
        named_row.phone_key,
        customer_records.created_at as seen_at,
        true as is_record
    from customer_records
    inner join named_row on named_row.row_id = customer_records.row_id and named_row.entity = 'customer_records'
),

known_keys as (
    select node_key as key from records
    union
    select external_key as key from records
    union
    select email_key as key from records
    union
    select phone_key as key from records
),

stand_ins as (
    select
        named_row.first_key as node_key,
        'person' as kind,
        cast(null as varchar) as full_name,
        cast(null as varchar) as family_name,
        min(named_row.external_key) as external_key,
        min(named_row.email_key) as email_key,
        min(named_row.phone_key) as phone_key,
        min(named_row.dated_at) as seen_at,
        false as is_record
    from named_row
    left join known_keys on known_keys.key = named_row.first_key
    where named_row.first_key is not null and known_keys.key is null
    group by named_row.first_key
)

select node_key, kind, full_name, family_name, external_key, email_key, phone_key, seen_at, is_record
from records
union all
select node_key, kind, full_name, family_name, external_key, email_key, phone_key, seen_at, is_record
from stand_ins
