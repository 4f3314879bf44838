-- One row per customer to whom we ever broke a promise: the last one, and whether anybody of ours has turned to them since.
--
-- grain:     customer_id
-- reads:     customers, entity_as_of, fct_promise, human_contact, promise_word, segment_at
-- dated by:  broke_at
-- as of:     as_of
-- carries:   stage
-- judged by: interactions, cases, case_events, commitments
-- note:      somebody who turned to the customer in the very second in which the promise broke has done so since
with judged as (
    select min(as_of) as as_of
    from entity_as_of
    where entity in ('interactions', 'cases', 'case_events', 'commitments')
),

broken as (
    select
        customer_id, account_id, promise, subject_kind, subject, channel, team, priority, decided_at as broke_at,
        count(*) over (partition by customer_id) as broken_promises,
        row_number() over (partition by customer_id order by decided_at desc, clock_id) as place_from_last
    from fct_promise
    where is_decided and not was_kept
)

select
    broken.customer_id,
    broken.account_id,
    broken.promise,
    broken.broke_at,
    broken.broken_promises,
    human_contact.contacted_at as last_contact_at,
    coalesce(date_trunc('second', human_contact.contacted_at) < date_trunc('second', broken.broke_at), true) as is_silent,
    date_diff('second', date_trunc('second', broken.broke_at), date_trunc('second', judged.as_of)) as seconds_since,
    coalesce(broken.channel, 'unknown') as channel,
    coalesce(broken.team, 'unknown') as team,
    coalesce(broken.priority, 'unknown') as priority,
    judged.as_of,
    broken.subject,
    'promise broken: ' || promise_word.awaited
    || case
        when human_contact.contacted_at is null then ', nobody of ours ever turned to them'
        when date_trunc('second', human_contact.contacted_at) < date_trunc('second', broken.broke_at) then ', nobody of ours since'
        else ', somebody of ours since'
    end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from broken
cross join judged
inner join customers
    on broken.customer_id = customers.customer_id
inner join promise_word
    on broken.promise = promise_word.promise
left join human_contact
    on broken.customer_id = human_contact.customer_id
left join segment_at
    on broken.account_id = segment_at.account_id
    and judged.as_of >= segment_at.from_at
    and judged.as_of < segment_at.until_at
where broken.place_from_last = 1 and broken.broke_at <= judged.as_of
