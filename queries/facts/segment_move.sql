-- One row per segmentation and account that changed its segment while it was a customer: from which, into which, and its value a year then.
--
-- grain:     segmentation, account_id, moved_on
-- reads:     account_as_of, account_change, account_period, segment_membership
-- dated by:  moved_on
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      a customer the day before and that day; the value is that of the day before, what changes that day is told of the new segment
with runs as (
    select
        segmentation,
        customer_id as account_id,
        from_day as moved_on,
        segment,
        lag(segment) over (partition by segmentation, customer_id order by from_day) as segment_before
    from segment_membership
),

worth as (
    select
        account_id,
        day as from_day,
        coalesce(lead(day) over (partition by account_id order by day), date '9999-12-31') as until_day,
        cents,
        is_known
    from account_change
)

select
    runs.segmentation,
    runs.account_id,
    runs.moved_on,
    runs.segment_before,
    runs.segment,
    worth.cents,
    worth.is_known
from runs
cross join account_as_of
inner join account_period
    on runs.account_id = account_period.account_id
    and runs.moved_on > account_period.began_on
    and runs.moved_on < coalesce(account_period.lost_on, date '9999-12-31')
inner join worth
    on runs.account_id = worth.account_id
    and runs.moved_on > worth.from_day
    and runs.moved_on <= worth.until_day
where runs.segment_before is not null and runs.moved_on <= account_as_of.as_of_day
