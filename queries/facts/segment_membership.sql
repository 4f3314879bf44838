-- One row per segmentation, account and run of local days in one segment.
--
-- grain:     segmentation, customer_id, from_day
-- reads:     account_became, segment_evaluation, segment_judgement, segment_rule
-- dated by:  from_day
-- judged by: orders, contracts
-- note:      'unknown' where no rule matches; the first judgement reaches back to the day the account became a customer and no further: before
--            that it has no segment, so that what it becomes later never moves an earlier month. The last holds until the next one
with segmentations as (
    select distinct segmentation
    from segment_rule
),

judged as (
    select
        segmentations.segmentation,
        segment_evaluation.account_id,
        segment_evaluation.evaluated_on,
        least(segment_evaluation.evaluated_on, coalesce(account_became.became_on, segment_evaluation.evaluated_on)) as since_day,
        coalesce(segment_judgement.segment, 'unknown') as segment
    from segment_evaluation
    cross join segmentations
    left join account_became
        on segment_evaluation.account_id = account_became.account_id
    left join segment_judgement
        on segmentations.segmentation = segment_judgement.segmentation
        and segment_evaluation.account_id = segment_judgement.account_id
        and segment_evaluation.evaluated_on = segment_judgement.evaluated_on
),

followed as (
    select
        segmentation,
        account_id,
        evaluated_on,
        since_day,
        segment,
        lag(segment) over (partition by segmentation, account_id order by evaluated_on) as segment_before
    from judged
),

changes as (
    select
        segmentation,
        account_id,
        segment,
        case when segment_before is null then since_day else evaluated_on end as from_day
    from followed
    where segment_before is null or segment <> segment_before
)

select
    segmentation,
    account_id as customer_id,
    segment,
    from_day,
    coalesce(lead(from_day) over (partition by segmentation, account_id order by from_day), date '9999-12-31') as until_day
from changes
