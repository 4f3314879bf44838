-- One row per case: when its customer began to wait, and what is told of its course.
--
-- grain:     case_row_id
-- reads:     case_events, case_message, cases, entity_as_of
-- dated by:  started_at
-- judged by: cases, case_events
-- note:      a customer waits from the opening; where we opened the case, from the customer's first message in it: until then nobody
--            waits, and started_at is empty. Only a case with events, of a source that tells messages, tells them (tells_messages);
--            without them the case's own first reply is used, if its source tells first replies at all (tells_reply).
with judged as (
    select min(as_of) as as_of
    from entity_as_of
    where entity in ('cases', 'case_events')
),

told as (
    select
        cases.row_id as case_row_id,
        cases.source,
        cases.case_id,
        cases.opened_by,
        date_trunc('second', cases.opened_at) as opened_at,
        case when cases.first_replied_at <= judged.as_of then date_trunc('second', cases.first_replied_at) end as first_replied_at,
        cases.merged_into is not null or coalesce(cases.is_spam, false) or coalesce(cases.is_withdrawn, false) as is_void,
        judged.as_of,
        max(case when cases.first_replied_at is not null then 1 else 0 end) over (partition by cases.source) as tells_replies
    from cases
    cross join judged
),

with_events as (
    select distinct source, case_id
    from case_events
    where source in (select case_message.source from case_message)
),

first_message as (
    select
        case_row_id,
        min(happened_at) as written_at
    from case_message
    where written_by = 'customer'
    group by case_row_id
)

select
    told.case_row_id,
    told.source,
    told.case_id,
    told.opened_at,
    case
        when told.opened_by = 'customer' or first_message.written_at < told.opened_at then told.opened_at
        else first_message.written_at
    end as started_at,
    case when with_events.case_id is null then told.first_replied_at end as told_reply_at,
    with_events.case_id is not null as tells_messages,
    with_events.case_id is not null or told.tells_replies = 1 as tells_reply,
    told.is_void,
    told.as_of
from told
left join first_message
    on told.case_row_id = first_message.case_row_id
left join with_events
    on told.source = with_events.source and told.case_id = with_events.case_id
where told.opened_at <= told.as_of
