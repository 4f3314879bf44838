-- One row per row of an entity that names its customer, with the group it belongs to and the key that told so.
--
-- grain:    entity, row_id
-- reads:    group_key, identity_member, named_row
-- dated by: dated_at
-- kept:     no
-- note:     the source's own id first, then the shared id, e-mail, phone; a row without a key that leads to somebody is a customer of its own
with led as (
    select
        named_row.entity,
        named_row.row_id,
        named_row.source,
        named_row.dated_at,
        named_row.external_key,
        named_row.email_key,
        named_row.phone_key,
        by_record.group_key as record_group,
        by_external.group_key as external_group,
        by_email.group_key as email_group,
        by_phone.group_key as phone_group
    from named_row
    left join identity_member as by_record on by_record.node_key = named_row.record_key
    left join group_key as by_external on by_external.key = named_row.external_key
    left join group_key as by_email on by_email.key = named_row.email_key
    left join group_key as by_phone on by_phone.key = named_row.phone_key
)

select
    entity,
    row_id,
    source,
    dated_at,
    external_key,
    email_key,
    phone_key,
    coalesce(record_group, external_group, email_group, phone_group, entity || ' ' || row_id) as group_key,
    case
        when record_group is not null then 'source id'
        when external_group is not null then 'external id'
        when email_group is not null then 'e-mail'
        when phone_group is not null then 'phone'
        else 'nothing'
    end as matched_by
from led
