-- One row per message or call that we sent a customer, with what it imposed on them at that second.
--
-- grain:      contact_id
-- reads:      campaigns, contact_after, contact_consent, contact_pressure, contact_sent, contact_trouble, customers, entity_as_of,
--             respect_setting, segment_at
-- dated by:   sent_at
-- carries:    stage
-- judged by:  interactions, surveys_sent, consents, cases, case_events, commitments
-- worked out: subject
-- note:       promotion, sales and surveys are contacts; service and bills are in the table with is_contact false. Only promotion and sales
--             can be outreach during a complaint, only a survey can be asked twice. What follows within the time that respect.toml
--             sets, its last second included, is known from tired_known_at and response_known_at on. Where no cases were loaded nobody knows
--             of trouble, and where no consents either nobody knows what followed
with judged as (
    select
        min(as_of) as as_of,
        count(case when entity = 'cases' then 1 end) > 0 as knows_cases,
        count(case when entity in ('cases', 'consents') then 1 end) > 0 as knows_signs
    from entity_as_of
    where entity in ('interactions', 'surveys_sent', 'consents', 'cases', 'case_events', 'commitments')
),

named as (
    select
        campaign_id, source, name, objective, intended_behaviour,
        row_number() over (partition by campaign_id order by source, row_id) as nth
    from campaigns
),

told as (
    select
        contact_sent.contact_id, contact_sent.entity, contact_sent.row_id, contact_sent.source, contact_sent.customer_id,
        contact_sent.account_id, contact_sent.sent_at, contact_sent.purpose, contact_sent.channel, contact_sent.campaign_id,
        contact_sent.team, contact_sent.event, contact_sent.delivered, contact_sent.is_contact, contact_sent.responded_at,
        case
            when contact_sent.tells_responses
                then coalesce(
                        date_trunc('second', contact_sent.responded_at)
                        <= date_trunc('second', contact_sent.sent_at) + respect_setting.response_seconds * interval '1' second,
                        false
                    )
        end as responded,
        contact_sent.sent_at + respect_setting.tired_seconds * interval '1' second as tired_known_at,
        contact_sent.sent_at + respect_setting.response_seconds * interval '1' second as response_known_at,
        contact_pressure.pressure,
        coalesce(contact_pressure.is_over_cap, false) as is_over_cap,
        coalesce(contact_consent.consent, 'not needed') as consent,
        coalesce(contact_sent.purpose in ('promotional', 'sales') and contact_trouble.is_during_complaint, false) as is_during_complaint,
        case when contact_sent.purpose in ('promotional', 'sales') then contact_trouble.grade else 'none' end as grade,
        coalesce(contact_sent.purpose = 'survey' and contact_trouble.has_open_request, false) as is_asked_while_open,
        coalesce(contact_pressure.is_soon_after_survey, false) as is_asked_too_soon,
        coalesce(contact_after.seconds_to_opt_out <= respect_setting.tired_seconds, false) as opted_out_after,
        coalesce(contact_after.seconds_to_complaint <= respect_setting.tired_seconds, false) as complained_after,
        respect_setting.cap
    from contact_sent
    cross join respect_setting
    left join contact_pressure
        on contact_sent.contact_id = contact_pressure.contact_id
    left join contact_consent
        on contact_sent.contact_id = contact_consent.contact_id
    left join contact_trouble
        on contact_sent.contact_id = contact_trouble.contact_id
    left join contact_after
        on contact_sent.contact_id = contact_after.contact_id
)

select
    told.contact_id,
    told.entity,
    told.row_id as entity_id,
    told.source,
    told.customer_id,
    told.account_id,
    told.sent_at,
    told.event,
    told.purpose,
    told.channel,
    told.team,
    told.is_contact,
    told.purpose in ('promotional', 'sales') as is_outreach,
    told.campaign_id,
    case when told.campaign_id is null then 'no campaign' else coalesce(same.name, other.name, told.campaign_id) end as campaign,
    case when told.campaign_id is null then 'no campaign' else coalesce(same.objective, other.objective, 'unknown') end as objective,
    coalesce(same.intended_behaviour, other.intended_behaviour) as intended_behaviour,
    told.delivered,
    told.responded,
    told.responded_at,
    told.response_known_at,
    told.consent,
    told.consent = 'breached' as is_breach,
    told.consent in ('valid', 'breached') as is_consent_known,
    told.pressure,
    case
        when told.pressure is null then 'not counted'
        when told.pressure < 5 then cast(told.pressure as varchar)
        when told.pressure < 10 then '5 to 9'
        else '10 or more'
    end as pressure_group,
    told.is_over_cap,
    told.is_during_complaint,
    told.grade,
    told.grade <> 'none' as is_near_complaint,
    judged.knows_cases as is_trouble_known,
    told.is_asked_too_soon,
    told.is_asked_while_open,
    told.is_asked_too_soon or told.is_asked_while_open as asked_twice,
    told.opted_out_after,
    told.complained_after,
    judged.knows_signs as is_tired_known,
    told.tired_known_at,
    judged.as_of,
    told.contact_id as subject,
    told.event
    || case when told.is_over_cap then ', contact ' || cast(told.pressure as varchar) || ' where ' || cast(told.cap as varchar) || ' are allowed' else '' end
    || case when told.consent = 'breached' then ', permission taken back' else '' end
    || case told.grade
        when 'open' then ', a complaint was open'
        when 'open and promise broken' then ', a request with a broken promise was open'
        when 'detractor awaiting call-back' then ', a call-back was awaited'
        when 'just solved' then ', a complaint had just been solved'
        else ''
    end
    || case when told.is_asked_too_soon then ', asked again too soon' else '' end
    || case when told.is_asked_while_open then ', a request was open' else '' end
    || case when told.opted_out_after then ', then took a permission back' else '' end
    || case when told.complained_after then ', then complained' else '' end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from told
cross join judged
inner join customers
    on told.customer_id = customers.customer_id
left join campaigns as same
    on told.source = same.source and told.campaign_id = same.campaign_id
left join named as other
    on told.campaign_id = other.campaign_id and other.nth = 1
left join segment_at
    on told.account_id = segment_at.account_id
    and told.sent_at >= segment_at.from_at
    and told.sent_at < segment_at.until_at
