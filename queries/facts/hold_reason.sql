-- One row per customer and reason not to turn to them now, by purpose and channel where it is not for all of them.
--
-- grain:     customer_id, reason, purpose, channel
-- reads:     consent_rule, consent_word, contact_pressure, contact_sent, customers, entity_as_of, fct_promise, respect_setting, survey_asked,
--            trouble_span
-- dated by:  since_at
-- judged by: interactions, surveys_sent, consents, cases, case_events, commitments
-- note:      what is open with anybody of a company holds everybody of it; the cap, a permission and a survey hold the person. until_at is
--            the first second at which it no longer holds, empty where nobody can know; the cap is reached since the last contact that
--            made the number rise to it, a promise broken since it broke. Who never said anything is not held: that is unknown
with judged as (
    select min(as_of) as as_of
    from entity_as_of
    where entity in ('interactions', 'surveys_sent', 'consents', 'cases', 'case_events', 'commitments')
),

moment as (
    select as_of, date_diff('second', timestamp '1970-01-01', date_trunc('second', as_of)) as as_of_second
    from judged
),

spans as (
    select trouble_span.kind, trouble_span.account_id, trouble_span.customer_id, trouble_span.from_at, trouble_span.until_at
    from trouble_span
    cross join moment
    where trouble_span.from_at <= moment.as_of and (trouble_span.until_at is null or trouble_span.until_at > moment.as_of)
),

troubles as (
    select
        account_id,
        case kind
            when 'complaint' then 'open complaint'
            when 'broken' then 'broken promise'
            when 'call_back' then 'awaiting call-back'
            else 'complaint just solved'
        end as reason,
        from_at,
        case when kind = 'after' then until_at end as until_at
    from spans
    where kind <> 'request'
    union all
    select account_id, 'broken promise' as reason, decided_at as from_at, cast(null as timestamp) as until_at
    from fct_promise
    where is_past and subject_kind <> 'detractor'
),

of_accounts as (
    select account_id, reason, min(from_at) as since_at, max(until_at) as until_at
    from troubles
    group by account_id, reason
),

latest as (
    select
        contact_sent.customer_id, contact_sent.second_no,
        row_number() over (partition by contact_sent.customer_id order by contact_sent.second_no desc, contact_sent.contact_id) as place_from_last
    from contact_sent
    cross join moment
    cross join respect_setting
    where
        contact_sent.is_contact
        and contact_sent.second_no <= moment.as_of_second
        and contact_sent.second_no + respect_setting.window_seconds > moment.as_of_second
),

cap_reached as (
    select contact_sent.customer_id, max(contact_sent.sent_at) as since_at
    from contact_sent
    inner join contact_pressure
        on contact_sent.contact_id = contact_pressure.contact_id
    cross join moment
    cross join respect_setting
    where
        contact_pressure.pressure >= respect_setting.cap
        and not contact_pressure.is_over_cap
        and contact_sent.second_no <= moment.as_of_second
    group by contact_sent.customer_id
),

last_surveys as (
    select survey_asked.customer_id, max(survey_asked.second_no) as second_no
    from survey_asked
    cross join moment
    where survey_asked.second_no <= moment.as_of_second
    group by survey_asked.customer_id
),

words as (
    select
        consent_word.customer_id, consent_word.purpose, consent_word.channel, consent_word.granted, consent_word.effective_at,
        row_number() over (
            partition by consent_word.customer_id, consent_word.purpose, consent_word.channel
            order by consent_word.second_no desc, case when consent_word.granted then 1 else 0 end, consent_word.row_id
        ) as place_from_last
    from consent_word
    cross join moment
    where consent_word.effective_at <= moment.as_of
),

refused as (
    select
        customer_id, purpose, channel, effective_at,
        count(*) over (partition by customer_id, purpose) as channels
    from words
    where place_from_last = 1 and not granted
),

every_channel as (
    select purpose, count(*) as channels
    from consent_rule
    group by purpose
),

refusals as (
    select
        refused.customer_id,
        refused.purpose,
        case when refused.channels = every_channel.channels then 'all' else refused.channel end as channel,
        min(refused.effective_at) as since_at
    from refused
    inner join every_channel
        on refused.purpose = every_channel.purpose
    group by
        refused.customer_id,
        refused.purpose,
        case when refused.channels = every_channel.channels then 'all' else refused.channel end
),

reasons as (
    select
        customers.customer_id, of_accounts.reason, 'all' as purpose, 'all' as channel, of_accounts.since_at, of_accounts.until_at
    from of_accounts
    inner join customers
        on of_accounts.account_id = customers.account_id
    union all
    select
        latest.customer_id, 'cap reached' as reason, 'all' as purpose, 'all' as channel, cap_reached.since_at,
        timestamp '1970-01-01' + (latest.second_no + respect_setting.window_seconds) * interval '1' second as until_at
    from latest
    inner join respect_setting
        on latest.place_from_last = respect_setting.cap
    left join cap_reached
        on latest.customer_id = cap_reached.customer_id
    union all
    select customer_id, 'no consent' as reason, purpose, channel, since_at, cast(null as timestamp) as until_at
    from refusals
    where channel <> 'unknown'
    union all
    select
        last_surveys.customer_id, 'surveyed lately' as reason, 'survey' as purpose, 'all' as channel,
        timestamp '1970-01-01' + last_surveys.second_no * interval '1' second as since_at,
        timestamp '1970-01-01' + (last_surveys.second_no + respect_setting.cool_down_seconds) * interval '1' second as until_at
    from last_surveys
    cross join respect_setting
    cross join moment
    where last_surveys.second_no + respect_setting.cool_down_seconds > moment.as_of_second
    union all
    select customer_id, 'open request' as reason, 'survey' as purpose, 'all' as channel, min(from_at) as since_at, cast(null as timestamp) as until_at
    from spans
    where kind = 'request'
    group by customer_id
)

select
    reasons.customer_id,
    reasons.reason,
    reasons.purpose,
    reasons.channel,
    reasons.since_at,
    reasons.until_at,
    moment.as_of
from reasons
cross join moment
