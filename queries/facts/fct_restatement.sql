-- One row per promise of a month that had been told as decided and is decided otherwise now: what it was, what it is, and why.
--
-- grain:     load_no, subject_kind, subject_id, promise, clock_id, month
-- reads:     customer_redirect, customers, local_day, restated_clock, restatement_before, restatement_cause
-- dated by:  decided_at
-- judged by: cases, case_events, commitments
-- note:      one that moves from one month to another has a row in each: gone from the first, new in the second. Those of earlier
--            loads are carried on, so a month before all of them is what it is now, less what became, plus what was
with sided as (
    select
        restated_clock.subject_kind, restated_clock.subject_id, restated_clock.promise, restated_clock.run_at, restated_clock.place,
        local_day.month_start as month, restated_clock.old_was_kept as was_kept, 'old' as side, restated_clock.old_decided_at as decided_at
    from restated_clock
    inner join local_day
        on restated_clock.old_decided_at >= local_day.starts_at and restated_clock.old_decided_at < local_day.ends_at
    union all
    select
        restated_clock.subject_kind, restated_clock.subject_id, restated_clock.promise, restated_clock.run_at, restated_clock.place,
        local_day.month_start, restated_clock.new_was_kept, 'new', restated_clock.new_decided_at
    from restated_clock
    inner join local_day
        on restated_clock.new_decided_at >= local_day.starts_at and restated_clock.new_decided_at < local_day.ends_at
),

monthly as (
    select
        subject_kind, subject_id, promise, run_at, place, month,
        min(case when side = 'old' then case when was_kept then 'kept' else 'broken' end end) as was,
        min(case when side = 'new' then case when was_kept then 'kept' else 'broken' end end) as becomes,
        min(decided_at) as decided_at
    from sided
    group by subject_kind, subject_id, promise, run_at, place, month
),

load as (
    select coalesce(max(load_no), 0) + 1 as load_no
    from restatement_before
),

restated as (
    select
        load.load_no, restated_clock.clock_id, restated_clock.subject_kind, restated_clock.subject_id, restated_clock.subject,
        restated_clock.promise, restated_clock.customer_id, restated_clock.account_id, monthly.month,
        coalesce(monthly.was, 'not decided') as was,
        coalesce(monthly.becomes, 'not decided') as becomes,
        restatement_cause.cause, monthly.decided_at, restated_clock.old_decided_at, restated_clock.new_decided_at,
        restated_clock.restated_at, restated_clock.kind, restated_clock.channel, restated_clock.priority, restated_clock.category,
        restated_clock.team, restated_clock.segment
    from restated_clock
    cross join load
    inner join restatement_cause
        on restated_clock.subject_kind = restatement_cause.subject_kind and restated_clock.subject_id = restatement_cause.subject_id
        and restated_clock.promise = restatement_cause.promise and restated_clock.run_at = restatement_cause.run_at
        and restated_clock.place = restatement_cause.place
    inner join monthly
        on restated_clock.subject_kind = monthly.subject_kind and restated_clock.subject_id = monthly.subject_id
        and restated_clock.promise = monthly.promise and restated_clock.run_at = monthly.run_at
        and restated_clock.place = monthly.place
    union all
    select
        load_no, clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, month, was, becomes, cause,
        decided_at, old_decided_at, new_decided_at, restated_at, kind, channel, priority, category, team, segment
    from restatement_before
)

select
    restated.load_no,
    restated.clock_id,
    restated.subject_kind,
    restated.subject_id,
    restated.subject,
    restated.promise,
    coalesce(living.customer_id, 'removed') as customer_id,
    coalesce(of_account.customer_id, living.customer_id, 'removed') as account_id,
    restated.month,
    restated.was,
    restated.becomes,
    restated.cause,
    restated.decided_at,
    restated.old_decided_at,
    restated.new_decided_at,
    restated.restated_at,
    true as is_decided,
    case when restated.was <> 'not decided' then 1 else 0 end as old_decided,
    case when restated.was = 'kept' then 1 else 0 end as old_kept,
    case when restated.becomes <> 'not decided' then 1 else 0 end as new_decided,
    case when restated.becomes = 'kept' then 1 else 0 end as new_kept,
    'was ' || restated.was || ', is ' || restated.becomes || ': ' || restated.cause as because,
    restated.kind,
    restated.channel,
    restated.priority,
    restated.category,
    restated.team,
    restated.segment,
    coalesce(living.region, 'unknown') as region,
    coalesce(living.kind, 'unidentified') as customer_kind,
    coalesce(living.acquired_through, 'unknown') as acquired_through,
    coalesce(living.business_unit, 'unknown') as business_unit
from restated
left join customer_redirect as moved
    on restated.customer_id = moved.old_customer_id
left join customers as living
    on coalesce(moved.customer_id, restated.customer_id) = living.customer_id
left join customer_redirect as account_moved
    on restated.account_id = account_moved.old_customer_id
left join customers as of_account
    on coalesce(account_moved.customer_id, restated.account_id) = of_account.customer_id
