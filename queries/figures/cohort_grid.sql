-- One row per cohort, group and number of months since: how many of the cohort were still active then or later.
--
-- grain: cohort_month, split_1, months_since
-- reads: selected_rows
-- takes: starts_at, ends_at (of becoming a customer), today (the local day of as_of), months
-- note:  active is null where the month is not over yet; it is provisional while a silence could still end
with cohorts as (
    select
        cohort_month,
        split_1,
        count(*) as size,
        count(*) filter (where is_identified) as customers,
        max(lapse_after_days) as lapse_after_days,
        list(last_active_since) as lives
    from selected_rows
    where first_at >= $starts_at and first_at < $ends_at
    group by cohort_month, split_1
),

cells as (
    select
        cohorts.cohort_month,
        cohorts.split_1,
        cohorts.size,
        cohorts.customers,
        cohorts.lapse_after_days,
        cohorts.lives,
        since.months_since,
        cohorts.cohort_month + to_months(since.months_since + 1) as over_on
    from cohorts
    cross join (select cast(unnest(range(0, $months + 1)) as integer) as months_since) as since
)

select
    cohort_month,
    split_1,
    months_since,
    size,
    customers,
    case when months_since = 0 or over_on <= $today then len(list_filter(lives, lambda life: life >= months_since)) end as active,
    case when months_since = 0 then over_on > $today else over_on + to_days(lapse_after_days) > $today end as is_provisional
from cells
order by split_1, cohort_month, months_since
