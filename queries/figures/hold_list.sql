-- One row per customer who must not be contacted now and record that a source has of them, with every reason in one text.
--
-- grain: customer_id, source, record_id, email
-- reads: cases, commitments, consent_rule, consent_word, consents, contracts, customer_of, customer_records, customers, fct_hold,
--        interactions, opportunities, orders, survey_responses
-- takes: purpose, channel (what the list is for; null: anything but surveys, any channel), unknown (also who never said yes or no to
--        that purpose and channel, where a yes is needed)
-- note:  until_at is empty where one of the reasons has no end that anybody knows. An address or an id that only a request, a message
--        or a permission tells of has a row of its own: a help desk alone still says whom to leave alone
with silent as (
    select
        customers.customer_id,
        'permission unknown: ' || consent_rule.purpose || ' by ' || consent_rule.channel as because
    from customers
    inner join consent_rule
        on consent_rule.purpose = $purpose and consent_rule.channel = $channel and consent_rule.needs_yes
    where
        $unknown
        and customers.kind <> 'unidentified'
        and customers.customer_id not in (
            select customer_id from consent_word where purpose = $purpose and channel = $channel
        )
),

reasons as (
    select customer_id, because, reason, purpose, channel, until_at
    from fct_hold
    where
        (purpose in ('all', $purpose) or ($purpose is null and not is_of_surveys))
        and (channel in ('all', $channel) or $channel is null)
    union all
    select customer_id, because, 'permission unknown' as reason, $purpose as purpose, $channel as channel, null as until_at
    from silent
),

held as (
    select
        customer_id,
        string_agg(because, '; ' order by reason, purpose, channel) as reasons,
        case when count(until_at) = count(*) then max(until_at) end as until_at
    from reasons
    group by customer_id
),

records as (
    select
        customer_of.customer_id,
        customer_records.source,
        customer_records.record_id,
        customer_records.external_id,
        customer_records.email
    from customer_records
    inner join customer_of
        on customer_of.entity = 'customer_records' and customer_records.row_id = customer_of.row_id
),

told as (
    select 'interactions' as entity, row_id, source, record_id, external_id
    from interactions
    union all
    select 'opportunities' as entity, row_id, source, record_id, external_id
    from opportunities
    union all
    select 'orders' as entity, row_id, source, record_id, external_id
    from orders
    union all
    select 'contracts' as entity, row_id, source, record_id, external_id
    from contracts
    union all
    select 'commitments' as entity, row_id, source, record_id, external_id
    from commitments
    union all
    select 'cases' as entity, row_id, source, record_id, external_id
    from cases
    union all
    select 'consents' as entity, row_id, source, record_id, external_id
    from consents
    union all
    select 'survey_responses' as entity, row_id, source, record_id, external_id
    from survey_responses
    where not coalesce(confidential, false)
),

mentions as (
    select distinct
        held.customer_id,
        told.source,
        nullif(trim(told.record_id), '') as record_id,
        case when customer_of.external_key is not null then trim(told.external_id) end as external_id,
        replace(customer_of.email_key, 'email=', '') as email
    from held
    inner join customer_of on held.customer_id = customer_of.customer_id
    inner join told on customer_of.entity = told.entity and customer_of.row_id = told.row_id
),

seen as (
    select
        customer_id, source, record_id, external_id, lower(trim(email)) as email
    from records
),

known as (
    select customer_id, source, record_id, external_id, email
    from records
    union all
    select mentions.customer_id, mentions.source, mentions.record_id, mentions.external_id, mentions.email
    from mentions
    where
        (
            mentions.email is not null
            and not exists (select 1 from seen where seen.customer_id = mentions.customer_id and seen.email = mentions.email)
        )
        or (
            mentions.external_id is not null
            and not exists (
                select 1 from seen where seen.customer_id = mentions.customer_id and lower(seen.external_id) = lower(mentions.external_id)
            )
        )
        or (
            mentions.record_id is not null
            and not exists (
                select 1 from seen
                where
                    seen.customer_id = mentions.customer_id and seen.source = mentions.source and seen.record_id = mentions.record_id
            )
        )
)

select
    held.customer_id,
    customers.name,
    known.source,
    known.record_id,
    known.external_id,
    coalesce(known.email, customers.email) as email,
    held.reasons,
    held.until_at
from held
inner join customers on held.customer_id = customers.customer_id
left join known on held.customer_id = known.customer_id
order by held.customer_id, known.source, known.record_id, known.external_id, known.email
