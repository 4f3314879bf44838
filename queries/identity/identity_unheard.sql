-- One row per record, key or source that identity.toml names and no customer record tells of.
--
-- grain:    named, named_in
-- reads:    customer_records, field_seniority, identity_apart, identity_node, identity_together, never_key
-- dated by: none
with named as (
    select node_key as named, 'apart' as named_in from identity_apart
    union
    select node_key as named, 'together' as named_in from identity_together
    union
    select other_key as named, 'together' as named_in from identity_together
),

phones as (
    select
        replace(replace(replace(replace(replace(replace(replace(phone, '(0)', ''), ' ', ''), '-', ''), '/', ''), '(', ''), ')', ''), '.', '')
            as digits
    from customer_records
    where phone is not null
),

carried as (
    select never_key.key
    from customer_records
    inner join never_key on never_key.key = 'email=' || lower(trim(customer_records.email))
    union
    select never_key.key
    from customer_records
    inner join never_key on never_key.key = 'external=' || lower(trim(customer_records.external_id))
    union
    select never_key.key
    from phones
    inner join never_key
        on never_key.key = 'phone=' || case when phones.digits like '00%' then '+' || substr(phones.digits, 3) else phones.digits end
),

known as (
    select distinct source
    from customer_records
)

select named.named, named.named_in
from named
left join identity_node on identity_node.node_key = named.named
where identity_node.node_key is null
union all
select never_key.key as named, 'never' as named_in
from never_key
left join carried on carried.key = never_key.key
where carried.key is null
union all
select distinct field_seniority.source as named, 'seniority' as named_in
from field_seniority
left join known on known.source = field_seniority.source
where known.source is null
