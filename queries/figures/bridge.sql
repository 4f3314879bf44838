-- One row per step from the reported figure to ours: how many count after it, how many of them as kept, and whom it touches.
--
-- grain: step
-- reads: bridge_rows
-- takes: starts_at, ends_at, promise, as_named
-- note:  touched: what the step leaves out, takes in or judges otherwise
with steps as (
    select
        *,
        is_case and is_reported_now as in_reported,
        is_case and is_reported_now and is_judged as in_scope,
        is_reported_now and is_judged as in_each,
        is_reported and is_decided_now as in_cohort,
        is_decided_now as in_ours
    from bridge_rows
)

select
    unnest(['reported', 'scope', 'clock', 'hours', 'pauses', 'each', 'cohort', 'not_reported']) as step,
    unnest([
        count(*) filter (where in_reported), count(*) filter (where in_scope), count(*) filter (where in_scope),
        count(*) filter (where in_scope), count(*) filter (where in_scope), count(*) filter (where in_each),
        count(*) filter (where in_cohort), count(*) filter (where in_ours)
    ]) as n,
    unnest([
        count(*) filter (where in_reported and is_reported_kept), count(*) filter (where in_scope and is_reported_kept),
        count(*) filter (where in_scope and case_kept_by_wall), count(*) filter (where in_scope and case_kept_in_hours),
        count(*) filter (where in_scope and case_kept), count(*) filter (where in_each and is_kept),
        count(*) filter (where in_cohort and is_kept), count(*) filter (where in_ours and is_kept)
    ]) as kept,
    unnest([
        count(distinct customer_id) filter (where is_identified and in_reported),
        count(distinct customer_id) filter (where is_identified and in_scope),
        count(distinct customer_id) filter (where is_identified and in_scope),
        count(distinct customer_id) filter (where is_identified and in_scope),
        count(distinct customer_id) filter (where is_identified and in_scope),
        count(distinct customer_id) filter (where is_identified and in_each),
        count(distinct customer_id) filter (where is_identified and in_cohort),
        count(distinct customer_id) filter (where is_identified and in_ours)
    ]) as customers,
    unnest([
        count(*) filter (where in_reported),
        count(*) filter (where in_reported and not in_scope),
        count(*) filter (where in_scope and is_reported_kept <> case_kept_by_wall),
        count(*) filter (where in_scope and case_kept_by_wall <> case_kept_in_hours),
        count(*) filter (where in_scope and case_kept_in_hours <> case_kept),
        count(*) filter (where in_each and not is_case),
        count(*) filter (where in_each <> in_cohort),
        count(*) filter (where in_cohort <> in_ours)
    ]) as touched,
    unnest([
        count(distinct customer_id) filter (where is_identified and in_reported),
        count(distinct customer_id) filter (where is_identified and in_reported and not in_scope),
        count(distinct customer_id) filter (where is_identified and in_scope and is_reported_kept <> case_kept_by_wall),
        count(distinct customer_id) filter (where is_identified and in_scope and case_kept_by_wall <> case_kept_in_hours),
        count(distinct customer_id) filter (where is_identified and in_scope and case_kept_in_hours <> case_kept),
        count(distinct customer_id) filter (where is_identified and in_each and not is_case),
        count(distinct customer_id) filter (where is_identified and in_each <> in_cohort),
        count(distinct customer_id) filter (where is_identified and in_cohort <> in_ours)
    ]) as touched_customers
from steps
