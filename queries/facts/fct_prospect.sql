-- One row per person or company known to us before they became a customer: whether we may write, when we approached them, what came of it.
--
-- grain:     customer_id
-- reads:     account_as_of, customers, fct_customer_movement, promotional_consent, prospect_contact, segment_at
-- dated by:  known_at
-- judged by: customer_records, orders, contracts, opportunities, stage_changes, interactions
-- note:      approached within 30 days and a customer within 180 are dated when that time is over; who was not approached in it counts with all of
--            it, so nobody who waits is left out
with known as (
    select
        customer_id,
        account_id,
        coalesce(created_at, first_seen_at) as known_at,
        kind,
        region,
        acquired_through,
        business_unit,
        email is not null or phone is not null as has_address
    from customers
    where kind <> 'unidentified'
),

gained as (
    select account_id, happened_at as became_customer_at
    from fct_customer_movement
    where movement = 'gained'
)

select
    known.customer_id,
    known.account_id,
    known.known_at,
    known.known_at + interval 30 day as approach_known_at,
    known.known_at + interval 180 day as outcome_known_at,
    prospect_contact.contacted_at,
    case
        when prospect_contact.contacted_at <= known.known_at then 0
        when prospect_contact.contacted_at < known.known_at + interval 30 day
            then date_diff('second', date_trunc('second', known.known_at), date_trunc('second', prospect_contact.contacted_at))
        else 2592000
    end as seconds_to_contact,
    gained.became_customer_at,
    coalesce(gained.became_customer_at <= known.known_at + interval 180 day, false) as became_customer_in_time,
    gained.became_customer_at is null as is_prospect,
    case
        when promotional_consent.is_granted is null then 'unknown'
        when promotional_consent.is_granted then 'given'
        else 'taken back'
    end as consent,
    known.has_address and coalesce(promotional_consent.is_granted, false) as may_be_written_to,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(known.region, 'unknown') as region,
    known.kind as customer_kind,
    coalesce(known.acquired_through, 'unknown') as acquired_through,
    coalesce(known.business_unit, 'unknown') as business_unit,
    known.customer_id as subject,
    case
        when gained.became_customer_at is not null then 'became a customer'
        when prospect_contact.contacted_at is not null then 'approached, no customer so far'
        else 'not approached so far'
    end as because,
    account_as_of.as_of
from known
cross join account_as_of
left join gained
    on known.account_id = gained.account_id
left join prospect_contact
    on known.customer_id = prospect_contact.customer_id
left join promotional_consent
    on known.customer_id = promotional_consent.customer_id
left join segment_at
    on known.account_id = segment_at.account_id
    and known.known_at >= segment_at.from_at
    and known.known_at < segment_at.until_at
where known.known_at <= account_as_of.as_of and (gained.became_customer_at is null or gained.became_customer_at > known.known_at)
