-- One row per person's record with what it is compared by; sensitive properties and addresses of many are left out.
--
-- reads: compared_property, customer_records, identity_member, identity_node, properties, shared_mailbox
with told as (
    select
        properties.subject_id,
        compared_property.slot_no,
        lower(trim(properties.value)) as value
    from properties
    inner join compared_property on compared_property.name = properties.name
    where properties.subject_kind = 'customer_records' and not properties.sensitive and trim(properties.value) <> ''
),

further as (
    select
        subject_id,
        max(case when slot_no = 1 then value end) as property_1,
        max(case when slot_no = 2 then value end) as property_2,
        max(case when slot_no = 3 then value end) as property_3,
        max(case when slot_no = 4 then value end) as property_4,
        max(case when slot_no = 5 then value end) as property_5,
        max(case when slot_no = 6 then value end) as property_6
    from told
    group by subject_id
),

named as (
    select
        identity_node.node_key,
        customer_records.name,
        coalesce(identity_node.full_name, '') as full_name,
        coalesce(identity_node.family_name, regexp_extract(identity_node.full_name, '([^ ]+)$', 1)) as family_name,
        identity_node.external_key,
        case when shared_mailbox.email_key is null then identity_node.email_key end as email_key,
        identity_node.phone_key,
        lower(trim(customer_records.region)) as region
    from identity_node
    inner join customer_records on customer_records.row_id = identity_node.node_key
    left join shared_mailbox on shared_mailbox.email_key = identity_node.email_key
    where identity_node.kind = 'person'
)

select
    named.node_key as unique_id,
    identity_member.group_key,
    named.name as shown_name,
    nullif(
        trim(case
            when named.full_name like '%' || named.family_name
                then substr(named.full_name, 1, length(named.full_name) - length(named.family_name))
            else named.full_name
        end),
        ''
    ) as given_name,
    nullif(named.family_name, '') as family_name,
    replace(named.external_key, 'external=', '') as external_id,
    replace(named.email_key, 'email=', '') as email,
    replace(named.phone_key, 'phone=', '') as phone,
    nullif(named.region, '') as region,
    further.property_1,
    further.property_2,
    further.property_3,
    further.property_4,
    further.property_5,
    further.property_6
from named
inner join identity_member on identity_member.node_key = named.node_key
left join further on further.subject_id = named.node_key
