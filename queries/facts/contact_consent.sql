-- One row per contact: whether its customer allowed it at the second it was sent, as far as anybody told.
--
-- grain:    contact_id
-- reads:    consent_rule, consent_word, contact_sent, customers, entity_as_of
-- dated by: none
-- kept:     no
-- note:     a word holds from its very second until the next; at the same second a no outweighs a yes. Silence is unknown where a yes
--           is needed and valid where it is not, but unknown again where no consents were ever loaded, where nobody knows who it was, or where the
--           channel is not told and the customer said no on some channel, unless a word for every channel came after it
with steps as (
    select customer_id, purpose, channel, second_no, 0 as kind_no, granted, row_id as step_id, cast(null as varchar) as contact_id
    from consent_word
    union all
    select customer_id, purpose, channel, second_no, 1 as kind_no, cast(null as boolean) as granted, contact_id as step_id, contact_id
    from contact_sent
    where is_contact
),

walked as (
    select
        contact_id,
        last_value(granted ignore nulls) over (
            partition by customer_id, purpose, channel
            order by second_no, kind_no, case when granted then 0 else 1 end, step_id
            rows between unbounded preceding and current row
        ) as granted,
        max(case when kind_no = 0 then second_no end) over (
            partition by customer_id, purpose, channel
            order by second_no, kind_no, case when granted then 0 else 1 end, step_id
            rows between unbounded preceding and current row
        ) as said_no
    from steps
),

refusals as (
    select customer_id, purpose, second_no, 0 as kind_no, second_no as refused_no, cast(null as varchar) as contact_id
    from consent_word
    where not granted and not is_for_every_channel
    union all
    select customer_id, purpose, second_no, 1 as kind_no, cast(null as bigint) as refused_no, contact_id
    from contact_sent
    where is_contact and channel = 'unknown'
),

refused as (
    select
        contact_id,
        max(refused_no) over (
            partition by customer_id, purpose
            order by second_no, kind_no, contact_id
            rows between unbounded preceding and current row
        ) as refused_no
    from refusals
),

loaded as (
    select count(*) as entities
    from entity_as_of
    where entity = 'consents'
)

select
    contact_sent.contact_id,
    case
        when not walked.granted then 'breached'
        when refused.refused_no >= coalesce(walked.said_no, refused.refused_no) then 'unknown'
        when walked.granted then 'valid'
        when consent_rule.needs_yes or loaded.entities = 0 or customers.kind = 'unidentified' then 'unknown'
        else 'valid'
    end as consent
from contact_sent
inner join walked
    on contact_sent.contact_id = walked.contact_id
inner join consent_rule
    on contact_sent.purpose = consent_rule.purpose and contact_sent.channel = consent_rule.channel
inner join customers
    on contact_sent.customer_id = customers.customer_id
cross join loaded
left join refused
    on contact_sent.contact_id = refused.contact_id
