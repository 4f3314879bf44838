-- One row per group and age in days: how many are seen from then on, how many were lost at it, how many lost or no longer seen.
--
-- grain: split_1, age
-- reads: selected_rows
-- takes: starts_at, ends_at (of becoming a customer), fates (that count as lost), begins_on (the first day the data shows who leaves, or null)
-- note:  who began before the data does is seen from the day before it on; who was gone by then is not seen at all
with lives as (
    select
        split_1,
        days,
        list_contains($fates, fate) as is_lost,
        greatest(coalesce(date_diff('day', began_on, $begins_on) - 1, 0), 0) as seen_from
    from selected_rows
    where happened_at >= $starts_at and happened_at < $ends_at
),

steps as (
    select
        split_1,
        seen_from as age,
        count(*) as came,
        0 as lost,
        0 as gone
    from lives
    where seen_from = 0 or seen_from < days
    group by split_1, seen_from
    union all
    select
        split_1,
        days as age,
        0 as came,
        count(*) filter (where is_lost) as lost,
        count(*) as gone
    from lives
    where seen_from = 0 or seen_from < days
    group by split_1, days
)

select
    split_1,
    cast(age as bigint) as age,
    cast(sum(came) as bigint) as came,
    cast(sum(lost) as bigint) as lost,
    cast(sum(gone) as bigint) as gone
from steps
group by split_1, age
order by split_1, age
