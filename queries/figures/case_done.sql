-- One row per request that got its first reply, or was solved, in the period: how long its customer waited for it.
--
-- grain: row_id
-- reads: selected_rows
-- takes: starts_at, ends_at, awaits (reply, solution)
-- note:  stands for case_way where only those are counted whose wait ended well in the period
select
    *,
    case when $awaits = 'reply' then wait_from else opened_at end as entered_at,
    case when $awaits = 'reply' then seconds_to_first_reply else seconds_to_resolve end as to_after,
    cast(null as bigint) as left_after,
    0 as from_after,
    cast(null as bigint) as excluded_after
from selected_rows
where happened_at >= $starts_at and happened_at < $ends_at
