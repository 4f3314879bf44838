-- Fills the entities of a company with $interactions interactions over two years; the same size gives the same rows.
--
-- Customers are a twenty-fifth of the interactions, cases 3 %, orders 6 %, surveys 2 %. About half of the interactions are one
-- of six steps. A number between 0 and 999,999 is drawn from each row's own number by hash.
create temp macro drawn_number(i, of_what, below) as cast(hash(i, of_what) % below as bigint);

insert into customer_records by name
select
    'R' || i as record_id,
    case when drawn_number(i, 'kind', 10) = 0 then 'company' else 'person' end as kind,
    'Customer ' || i as name,
    ['north', 'south', 'east', 'west'][1 + drawn_number(i, 'region', 4)] as region,
    ['search', 'referral', 'shop', 'fair', 'comparison site'][1 + drawn_number(i, 'through', 5)] as acquired_through,
    timestamp '2024-10-01' + to_seconds(drawn_number(i, 'created', (86400 * 30))) as created_at,
    'crm:R' || i as row_id,
    'crm' as source,
    'made' as source_file,
    i as source_line
from range($interactions // 25) as numbers (i);

insert into interactions by name
with drawn as (
    select
        i,
        drawn_number(i, 'who', $interactions // 25) as who,
        drawn_number(i, 'what', 1000) as what,
        timestamp '2024-11-01' + to_seconds(drawn_number(i, 'when', (86400 * 730))) as happened_at
    from range($interactions) as numbers (i)
)

select
    'I' || i as interaction_id,
    'R' || who as record_id,
    happened_at,
    case
        when what < 160 then 'step 1'
        when what < 280 then 'step 2'
        when what < 360 then 'step 3'
        when what < 420 then 'step 4'
        when what < 460 then 'step 5'
        when what < 490 then 'step 6'
        when what < 800 then 'page viewed'
        else 'newsletter sent'
    end as event,
    ['web', 'email', 'phone', 'store', 'app'][1 + drawn_number(i, 'channel', 5)] as channel,
    case when what < 800 then 'inbound' else 'outbound' end as direction,
    case when what >= 800 then 'promotional' end as purpose,
    'crm:I' || i as row_id,
    'crm' as source,
    'made' as source_file,
    i as source_line
from drawn;

insert into orders by name
select
    'O' || i as order_id,
    'R' || (drawn_number(i, 'buyer', $interactions // 25)) as record_id,
    timestamp '2024-11-01' + to_seconds(drawn_number(i, 'ordered', (86400 * 730))) as ordered_at,
    cast(10 + drawn_number(i, 'amount', 20000) / 100 as decimal(18, 2)) as amount,
    'EUR' as currency,
    ['web', 'store'][1 + drawn_number(i, 'shop', 2)] as channel,
    'completed' as status,
    'crm:O' || i as row_id,
    'crm' as source,
    'made' as source_file,
    i as source_line
from range($interactions * 6 // 100) as numbers (i);

insert into cases by name
with drawn as (
    select
        i,
        timestamp '2024-11-01' + to_seconds(drawn_number(i, 'opened', (86400 * 730))) as opened_at
    from range($interactions * 3 // 100) as numbers (i)
)

select
    'T' || i as case_id,
    'R' || (drawn_number(i, 'asker', $interactions // 25)) as record_id,
    opened_at,
    'customer' as opened_by,
    ['question', 'problem', 'complaint'][1 + drawn_number(i, 'asked', 3)] as kind,
    ['web', 'email', 'phone'][1 + drawn_number(i, 'through', 3)] as channel,
    ['low', 'normal', 'high'][1 + drawn_number(i, 'priority', 3)] as priority,
    'closed' as status,
    opened_at + to_seconds(600 + drawn_number(i, 'reply', 86400)) as first_replied_at,
    opened_at + to_seconds(90000 + drawn_number(i, 'solve', 864000)) as resolved_at,
    'crm:T' || i as row_id,
    'crm' as source,
    'made' as source_file,
    i as source_line
from drawn;

insert into survey_responses by name
with drawn as (
    select
        i,
        timestamp '2024-11-01' + to_seconds(drawn_number(i, 'asked', (86400 * 720))) as sent_at
    from range($interactions * 2 // 100) as numbers (i)
)

select
    'S' || i as response_id,
    'R' || (drawn_number(i, 'answerer', $interactions // 25)) as record_id,
    'nps' as instrument,
    'relational' as programme,
    strftime(sent_at, '%Y-%m') as wave,
    sent_at,
    sent_at as delivered_at,
    sent_at + to_seconds(drawn_number(i, 'answered', 864000)) as answered_at,
    drawn_number(i, 'score', 11) as score,
    0 as scale_low,
    10 as scale_high,
    'higher' as scale_direction,
    'crm:S' || i as row_id,
    'crm' as source,
    'made' as source_file,
    i as source_line
from drawn;

insert into known_until by name
select
    'crm' as source,
    'CRM' as title,
    timestamp '2026-11-01' as known_until,
    'declared' as told_by,
    timestamp '2026-11-01' as newest_event_at,
    timestamp '2026-11-01' as loaded_at,
    false as is_finished;

insert into entity_source by name
select unnest(['customer_records', 'interactions', 'orders', 'cases', 'survey_responses']) as entity, 'crm' as source, 1 as rows;
