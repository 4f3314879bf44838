-- One row per row of an entity that names its customer, with its keys brought into one form and the first of them.
--
-- grain:    entity, row_id
-- reads:    cases, commitments, consents, contracts, customer_records, interactions, never_key, opportunities, orders,
--           survey_responses
-- dated by: dated_at
-- kept:     no
-- note:     a key reads "source:id", "external=…", "email=…" or "phone=…"; an e-mail address is compared in lower case, a phone number by its digits;
--           a key that identity.toml says never joins is as if nobody had told it
with told as (
    select 'customer_records' as entity, row_id, source, record_id, external_id, email, phone, created_at as dated_at
    from customer_records
    union all
    select 'interactions' as entity, row_id, source, record_id, external_id, email, phone, happened_at as dated_at
    from interactions
    union all
    select 'opportunities' as entity, row_id, source, record_id, external_id, email, phone, created_at as dated_at
    from opportunities
    union all
    select 'orders' as entity, row_id, source, record_id, external_id, email, phone, ordered_at as dated_at
    from orders
    union all
    select 'contracts' as entity, row_id, source, record_id, external_id, email, phone, cast(starts_on as timestamp) as dated_at
    from contracts
    union all
    select 'commitments' as entity, row_id, source, record_id, external_id, email, phone, made_at as dated_at
    from commitments
    union all
    select 'cases' as entity, row_id, source, record_id, external_id, email, phone, opened_at as dated_at
    from cases
    union all
    select 'consents' as entity, row_id, source, record_id, external_id, email, phone, effective_at as dated_at
    from consents
    union all
    select 'survey_responses' as entity, row_id, source, record_id, external_id, email, phone, coalesce(sent_at, answered_at) as dated_at
    from survey_responses
),

folded as (
    select
        entity,
        row_id,
        source,
        dated_at,
        nullif(trim(record_id), '') as record_id,
        lower(trim(external_id)) as external_id,
        lower(trim(email)) as email,
        replace(replace(replace(replace(replace(replace(phone, '(0)', ''), ' ', ''), '-', ''), '/', ''), '(', ''), ')', '') as phone
    from told
),

usable as (
    select
        entity,
        row_id,
        source,
        dated_at,
        source || ':' || record_id as record_key,
        case when external_id not in ('', '0', '-', 'n/a', 'na', 'none', 'null', 'unknown') then 'external=' || external_id end as external_key,
        case when email like '%_@_%' then 'email=' || email end as email_key,
        case
            when length(phone) < 7 then null
            when phone like '00%' then 'phone=+' || replace(substr(phone, 3), '.', '')
            else 'phone=' || replace(phone, '.', '')
        end as phone_key
    from folded
),

told_apart as (
    select
        usable.entity,
        usable.row_id,
        usable.source,
        usable.dated_at,
        usable.record_key,
        case when never_external.key is null then usable.external_key end as external_key,
        case when never_email.key is null then usable.email_key end as email_key,
        case when never_phone.key is null then usable.phone_key end as phone_key
    from usable
    left join never_key as never_external on never_external.key = usable.external_key
    left join never_key as never_email on never_email.key = usable.email_key
    left join never_key as never_phone on never_phone.key = usable.phone_key
)

select
    entity,
    row_id,
    source,
    dated_at,
    record_key,
    external_key,
    email_key,
    phone_key,
    coalesce(record_key, external_key, email_key, phone_key) as first_key
from told_apart
