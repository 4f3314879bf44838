-- One row per customer who must not be contacted now and reason, by purpose and channel where it is not for all of them.
--
-- grain:     hold_id
-- reads:     customers, hold_reason, segment_at
-- dated by:  since_at
-- as of:     as_of
-- carries:   stage
-- judged by: interactions, surveys_sent, consents, cases, case_events, commitments
-- note:      nobody unidentified can be held: no source has an id of theirs. is_of_surveys: a reason that keeps surveys away and nothing else
select
    customers.customer_id || '/' || hold_reason.reason || '/' || hold_reason.purpose || '/' || hold_reason.channel as hold_id,
    customers.customer_id,
    customers.account_id,
    hold_reason.reason,
    hold_reason.purpose,
    hold_reason.channel,
    hold_reason.since_at,
    hold_reason.until_at,
    hold_reason.reason in ('surveyed lately', 'open request') as is_of_surveys,
    hold_reason.as_of,
    hold_reason.reason as subject,
    hold_reason.reason
    || case when hold_reason.reason = 'no consent' then ': ' || hold_reason.purpose else '' end
    || case
        when hold_reason.reason <> 'no consent' then ''
        when hold_reason.channel = 'all' then ' on every channel'
        else ' by ' || hold_reason.channel
    end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from hold_reason
inner join customers
    on hold_reason.customer_id = customers.customer_id and customers.kind <> 'unidentified'
left join segment_at
    on customers.account_id = segment_at.account_id
    and hold_reason.as_of >= segment_at.from_at
    and hold_reason.as_of < segment_at.until_at
