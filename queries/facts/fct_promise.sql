-- One row per promised time that ran, runs or was called off: a clock.
--
-- grain:     subject_kind, subject_id, promise, occurrence, version
-- reads:     clock_judged, customers
-- dated by:  decided_at
-- as of:     started_at
-- carries:   stage
-- judged by: cases, case_events, commitments
-- note:      a broken promise is booked when it breaks, not when it is mended; a clock still running is never counted as kept
with decided as (
    select
        clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, calendar, policy, target_seconds,
        started_at, due_at, fulfilled_at, ended_at, open_seconds, as_of, kind, channel, priority, category, team, segment, state,
        case
            when state = 'kept' then fulfilled_at
            when state = 'closed_unanswered' then least(ended_at, due_at)
            when state in ('broken_closed', 'broken_open') then due_at
        end as decided_at,
        coalesce(fulfilled_at, ended_at, as_of) as stopped_at,
        state in ('open', 'at_risk', 'broken_open') as is_running,
        case when subject_kind = 'case' then 'first reply' else replace(promise, '_', ' ') end as words
    from clock_judged
)

select
    decided.clock_id,
    decided.subject_kind,
    decided.subject_id,
    decided.promise,
    1 as occurrence,
    1 as version,
    decided.customer_id,
    decided.account_id,
    decided.calendar,
    decided.policy,
    decided.target_seconds,
    decided.started_at,
    decided.due_at,
    decided.fulfilled_at,
    decided.ended_at,
    decided.state,
    decided.decided_at is not null as is_decided,
    case when decided.decided_at is not null then decided.state = 'kept' end as was_kept,
    decided.decided_at,
    decided.is_running,
    decided.state = 'broken_open' as is_past,
    case when decided.is_running then greatest(0, decided.target_seconds - decided.open_seconds) end as remaining_seconds,
    decided.open_seconds,
    date_diff('second', date_trunc('second', decided.started_at), date_trunc('second', decided.stopped_at)) as calendar_seconds,
    decided.as_of,
    decided.channel,
    decided.priority,
    decided.team,
    decided.category,
    decided.kind,
    decided.subject,
    case decided.state
        when 'kept' then 'the ' || decided.words || ' came in time'
        when 'broken_closed' then 'the ' || decided.words || ' did not come in time'
        when 'closed_unanswered' then 'closed without a reply'
        when 'broken_open' then 'the ' || decided.words || ' is past its promise and still missing'
        when 'at_risk' then 'the ' || decided.words || ' is due very soon'
        when 'open' then 'the ' || decided.words || ' is awaited, its time is not over'
        else 'called off, merged or spam'
    end as because,
    decided.segment,
    coalesce(customers.region, 'unknown') as region,
    coalesce(customers.kind, 'unidentified') as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from decided
left join customers
    on decided.customer_id = customers.customer_id
