-- Fills the entities of a help desk with $cases cases of two years; the same size gives the same rows.
--
-- About six events a case: its priority, a reply, a status of pending, the customer's answer, a reply, a solution; every tenth is opened
-- again and solved again, every twentieth raised to urgent. Half as many customers as cases; surveys are 2 % of the events. The newest
-- cases are cut off in the middle. A number between 0 and 999,999 is drawn from each row's own number by hash.
create temp macro drawn_number(i, of_what, below) as cast(hash(i, of_what) % below as bigint);
create temp macro known_until_then() as timestamp '2026-11-01';

insert into customer_records by name
select
    'R' || i as record_id,
    case when drawn_number(i, 'kind', 10) = 0 then 'company' else 'person' end as kind,
    'Customer ' || i as name,
    ['north', 'south', 'east', 'west'][1 + drawn_number(i, 'region', 4)] as region,
    ['search', 'referral', 'shop', 'fair'][1 + drawn_number(i, 'through', 4)] as acquired_through,
    timestamp '2024-10-01' + to_seconds(drawn_number(i, 'created', 2592000)) as created_at,
    'desk:R' || i as row_id,
    'desk' as source,
    'made' as source_file,
    i as source_line
from range($cases // 2) as numbers (i);

create temp table told_event as
with opened as (
    select
        i,
        timestamp '2024-11-01' + to_seconds(drawn_number(i, 'opened', 63072000)) as opened_at,
        ['low', 'normal', 'normal', 'high', 'urgent'][1 + drawn_number(i, 'priority', 5)] as priority
    from range($cases) as numbers (i)
),

met as (
    select
        i,
        opened_at,
        priority,
        opened_at + to_seconds(300 + drawn_number(i, 'reply', 50000)) as replied_at,
        60 + drawn_number(i, 'asked', 20000) as asked_after,
        600 + drawn_number(i, 'answered', 150000) as answered_after,
        300 + drawn_number(i, 'again', 60000) as replied_after,
        60 + drawn_number(i, 'solved', 90000) as solved_after,
        3600 + drawn_number(i, 'reopened', 800000) as reopened_after,
        600 + drawn_number(i, 'solved again', 200000) as solved_again_after
    from opened
),

dated as (
    select
        *,
        replied_at + to_seconds(asked_after) as asked_at,
        replied_at + to_seconds(asked_after + answered_after) as answered_at,
        replied_at + to_seconds(asked_after + answered_after + replied_after) as replied_again_at,
        replied_at + to_seconds(asked_after + answered_after + replied_after + solved_after) as solved_at
    from met
)

select i, 1 as event_no, opened_at as happened_at, 'priority' as kind, priority as value, 'desk' as actor from dated
union all
select i, 2, opened_at + to_seconds(600 + drawn_number(i, 'raised', 40000)), 'priority', 'urgent', 'desk'
from dated
where drawn_number(i, 'is raised', 20) = 0
union all
select i, 3, replied_at, 'public_reply', null, 'agent' from dated
union all
select i, 4, asked_at, 'status', 'pending', 'agent' from dated
union all
select i, 5, answered_at, 'customer_message', null, 'R' || drawn_number(i, 'asker', $cases // 2) from dated
union all
select i, 6, answered_at + interval 1 second, 'status', 'open', 'desk' from dated where drawn_number(i, 'waits on', 2) = 0
union all
select i, 7, replied_again_at, 'public_reply', null, 'agent' from dated
union all
select i, 8, solved_at, 'status', 'solved', 'agent' from dated
union all
select i, 9, solved_at + to_seconds(reopened_after), 'status', 'open', 'desk' from dated where drawn_number(i, 'is reopened', 10) = 0
union all
select i, 10, solved_at + to_seconds(reopened_after + solved_again_after), 'status', 'solved', 'agent'
from dated
where drawn_number(i, 'is reopened', 10) = 0;

delete from told_event where happened_at > known_until_then();

insert into case_events by name
select
    'E' || i || '-' || event_no as case_event_id,
    'T' || i as case_id,
    happened_at,
    kind,
    value,
    actor,
    'desk:E' || i || '-' || event_no as row_id,
    'desk' as source,
    'made' as source_file,
    i * 10 + event_no as source_line
from told_event;

insert into cases by name
with latest as (
    select
        i,
        max_by(value, event_no) filter (where kind = 'priority') as priority,
        max_by(value, event_no) filter (where kind = 'status') as status,
        min(happened_at) as opened_at
    from told_event
    group by i
)

select
    'T' || i as case_id,
    'R' || drawn_number(i, 'asker', $cases // 2) as record_id,
    opened_at,
    'customer' as opened_by,
    ['question', 'problem', 'complaint'][1 + drawn_number(i, 'asked for', 3)] as kind,
    ['web', 'email', 'phone', 'chat'][1 + drawn_number(i, 'through', 4)] as channel,
    priority,
    'category ' || drawn_number(i, 'category', 20) as category,
    'team ' || drawn_number(i, 'team', 12) as team,
    'agent ' || drawn_number(i, 'team', 12) || '-' || drawn_number(i, 'agent', 15) as agent,
    coalesce(status, 'new') as status,
    'desk:T' || i as row_id,
    'desk' as source,
    'made' as source_file,
    i as source_line
from latest;

insert into survey_responses by name
with drawn as (
    select
        i,
        timestamp '2024-11-01' + to_seconds(drawn_number(i, 'survey sent', 62208000)) as sent_at
    from range($cases * 12 // 100) as numbers (i)
)

select
    'S' || i as response_id,
    'R' || drawn_number(i, 'answerer', $cases // 2) as record_id,
    'nps' as instrument,
    'transactional' as programme,
    sent_at,
    sent_at as delivered_at,
    sent_at + to_seconds(drawn_number(i, 'survey answered', 864000)) as answered_at,
    drawn_number(i, 'score', 11) as score,
    0 as scale_low,
    10 as scale_high,
    'higher' as scale_direction,
    'desk:S' || i as row_id,
    'desk' as source,
    'made' as source_file,
    i as source_line
from drawn;

drop table told_event;

insert into known_until by name
select
    'desk' as source,
    'Help desk' as title,
    known_until_then() as known_until,
    'declared' as told_by,
    known_until_then() as newest_event_at,
    known_until_then() as loaded_at,
    false as is_finished;

insert into entity_source by name
select unnest(['customer_records', 'cases', 'case_events', 'survey_responses']) as entity, 'desk' as source, 1 as rows;
