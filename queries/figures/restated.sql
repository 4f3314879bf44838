-- One row per cause: how many promises of a period are counted otherwise than an earlier load had told, and what that took and gave.
--
-- grain: cause
-- reads: selected_rows
-- takes: starts_at, ends_at (both null: undated)
select
    cause,
    count(distinct clock_id) as n,
    cast(sum(old_decided) as bigint) as old_decided,
    cast(sum(old_kept) as bigint) as old_kept,
    cast(sum(new_decided) as bigint) as new_decided,
    cast(sum(new_kept) as bigint) as new_kept
from selected_rows
where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
group by cause
order by n desc, cause
