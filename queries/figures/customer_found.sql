-- One row per customer whom a key leads to: an id of ours, a record of a source, an address, a phone
-- number, an external id, or the id of a record without its source.
--
-- grain: customer_id
-- reads: customer_identity, customer_of, customer_records, customer_redirect, customers, identity_member
-- takes: asked (as it was typed), record (a record's key, or empty), email, phone, external (each a key, or empty)
with found as (
    select
        customer_id,
        'customer id' as matched
    from customers
    where customer_id = $asked
    union
    select
        customer_id,
        'former customer id' as matched
    from customer_redirect
    where old_customer_id = $asked
    union
    select
        customer_id,
        'record' as matched
    from customer_identity
    where row_id = $record
    union
    select
        customer_of.customer_id,
        case when 'external=' || lower(trim(customer_records.external_id)) = $external then 'external id' else 'e-mail' end as matched
    from customer_records
    inner join customer_of on customer_of.entity = 'customer_records' and customer_records.row_id = customer_of.row_id
    where
        'email=' || lower(trim(customer_records.email)) = $email
        or 'external=' || lower(trim(customer_records.external_id)) = $external
    union
    select
        customer_of.customer_id,
        'the id alone' as matched
    from customer_records
    inner join customer_of on customer_of.entity = 'customer_records' and customer_records.row_id = customer_of.row_id
    where customer_records.record_id = $asked
    union
    select
        customer_identity.customer_id,
        case
            when identity_member.phone_key = $phone then 'phone'
            when identity_member.email_key = $email then 'e-mail'
            else 'external id'
        end as matched
    from identity_member
    inner join customer_identity on identity_member.node_key = customer_identity.row_id
    where identity_member.email_key = $email or identity_member.phone_key = $phone or identity_member.external_key = $external
)

select
    found.customer_id,
    customers.name,
    customers.kind,
    customers.email,
    customers.company_name,
    customers.records,
    min(found.matched) as matched
from found
inner join customers on found.customer_id = customers.customer_id
group by found.customer_id, customers.name, customers.kind, customers.email, customers.company_name, customers.records
order by customers.name, found.customer_id
