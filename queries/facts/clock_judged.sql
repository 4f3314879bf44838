-- One row per clock of every promise, with its state at as_of.
--
-- grain:     clock_id
-- reads:     clock_commitment, clock_first_reply
-- dated by:  started_at
-- judged by: cases, case_events, commitments
-- note:      at the due time itself it is still kept; it is at risk with a fifth of its target, or a quarter of an hour, left
with clocks as (
    select
        clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, calendar, policy, target_seconds,
        started_at, due_at, fulfilled_at, ended_at, is_void, open_seconds, as_of,
        kind, channel, priority, category, team, segment
    from clock_first_reply
    union all
    select
        clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, calendar, policy, target_seconds,
        started_at, due_at, fulfilled_at, ended_at, is_void, open_seconds, as_of,
        kind, channel, priority, category, team, segment
    from clock_commitment
)

select
    clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, calendar, policy, target_seconds,
    started_at, due_at, fulfilled_at, ended_at, open_seconds, as_of,
    kind, channel, priority, category, team, segment,
    case
        when is_void then 'void'
        when fulfilled_at <= due_at then 'kept'
        when fulfilled_at > due_at then 'broken_closed'
        when ended_at is not null and subject_kind = 'case' then 'closed_unanswered'
        when ended_at is not null then 'broken_closed'
        when due_at <= as_of then 'broken_open'
        when target_seconds - open_seconds <= 900 or (target_seconds - open_seconds) * 5 <= target_seconds then 'at_risk'
        else 'open'
    end as state
from clocks
