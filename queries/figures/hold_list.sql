-- One row per customer who must not be contacted now and record that a source has of them, with every reason in one text.
--
-- grain: customer_id, source, record_id, email
-- reads: consent_rule, consent_word, customer_of, customer_records, customers, fct_hold, keyed_row, survey_responses
-- takes: purpose, channel (what the list is for; null: anything but surveys, any channel), unknown (also who never said yes or no to
--        that purpose and channel, where a yes is needed)
-- note:  until_at is empty where one of the reasons has no end that anybody knows. An address that only a request, a message or
--        a permission tells of has a row of its own, without a record: a help desk alone still says whom to leave alone
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

addresses as (
    select distinct customer_of.customer_id, keyed_row.source, replace(keyed_row.email_key, 'email=', '') as email
    from held
    inner join customer_of on held.customer_id = customer_of.customer_id
    inner join keyed_row on customer_of.entity = keyed_row.entity and customer_of.row_id = keyed_row.row_id
    left join survey_responses on keyed_row.entity = 'survey_responses' and keyed_row.row_id = survey_responses.row_id
    where keyed_row.email_key is not null and not coalesce(survey_responses.confidential, false)
),

known as (
    select customer_id, source, record_id, external_id, email
    from records
    union all
    select addresses.customer_id, addresses.source, null as record_id, null as external_id, addresses.email
    from addresses
    left join records on addresses.customer_id = records.customer_id and addresses.email = lower(trim(records.email))
    where records.customer_id is null
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
