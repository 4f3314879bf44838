-- One row per monthly cohort, group and number of months since: how many became a customer then, and how many of them were active.
--
-- grain: cohort, split_1, since
-- reads: selected_rows
-- takes: starts_at, ends_at (of becoming a customer), intervals, on_or_after (active in that month or later; else in that very month)
-- note:  the usual grid, from the months of activity that each customer's row holds: those alike in what is asked are counted
--        together first
with lives as (
    select
        cohort_month as cohort,
        split_1,
        case when not $on_or_after then months_0_59 end as months_0_59,
        case when not $on_or_after then months_60_119 end as months_60_119,
        case when $on_or_after then last_active_since end as last_active_since,
        max(lapse_after_days) as lapse_after_days,
        count(*) as size
    from selected_rows
    where first_at >= $starts_at and first_at < $ends_at
    group by all
),

cells as (
    select
        lives.*,
        cast(unnest(range(0, $intervals + 1)) as integer) as since
    from lives
)

select
    cohort,
    split_1,
    since,
    max(lapse_after_days) as lapse_after_days,
    cast(sum(size) as bigint) as size,
    cast(coalesce(sum(size) filter (
        where case
            when since = 0 then true
            when $on_or_after then last_active_since >= since
            when since < 60 then (months_0_59 >> since) & 1 = 1
            else (months_60_119 >> (since - 60)) & 1 = 1
        end
    ), 0) as bigint) as active
from cells
group by cohort, split_1, since
order by split_1, cohort, since
