-- The rows from $first to before $last of an export in the import format: of $customers customers, over two years, in no order.
--
-- Every tenth row has two further properties, as JSON; the same numbers give the same rows. Those from $recent on fall into the last week.
with drawn as (
    select
        i,
        cast(hash(i, 'who') % $customers as bigint) as who,
        cast(hash(i, 'what') % 1000 as bigint) as what,
        timestamp '2026-11-01'
        - to_seconds(cast(hash(i, 'when') % (86400 * case when i >= $recent then 7 else 730 end) as bigint)) as happened_at
    from range($first, $last) as numbers (i)
)

select
    'I' || i as interaction_id,
    'R' || who as record_id,
    happened_at,
    ['page viewed', 'offer asked for', 'sales call', 'visit to the store', 'newsletter sent'][1 + what // 200] as event,
    ['web', 'web', 'phone', 'store', 'email'][1 + what // 200] as channel,
    case when what < 400 then 'self' when what < 800 then 'inbound' else 'outbound' end as direction,
    case when what >= 800 then 'promotional' end as purpose,
    case when what >= 800 then 'Spring ' || (what % 10) end as campaign_id,
    case when what between 400 and 799 then 'Team ' || (what % 7) end as team,
    case when what < 200 then what * 3 end as value,
    case when what % 10 = 0 then json_object('device', ['phone', 'tablet', 'desk'][1 + who % 3], 'page', '/page/' || (who % 100)) end as properties
from drawn
