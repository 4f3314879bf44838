-- One row per promised time that ran, runs or was called off: a clock.
--
-- grain:     clock_id
-- reads:     account_company, clock_commitment, clock_judged, clock_rule, clock_subject, customers, promise_word
-- dated by:  decided_at
-- as of:     started_at
-- carries:   stage
-- judged by: cases, case_events, commitments
-- note:      a broken promise is booked when it breaks, not when it is mended; a clock still running is never counted as kept, nor is
--            a solution that is not final. While time stands still there is no due_at, only what remains. Each row has its own as_of.
--            lasted_seconds and stood_still_seconds go as far as it was kept or broke, and never change after that. clock_no finds
--            a clock faster than its id; a commitment has none, for its time never stands still
with words as (
    select
        clock_rule.rule_no,
        clock_rule.subject_kind,
        clock_rule.promise,
        clock_rule.priority,
        clock_rule.policy,
        clock_rule.calendar,
        clock_rule.target_seconds,
        case when clock_rule.subject_kind = 'case' then '' else clock_rule.subject_kind || ':' end || clock_rule.promise || ':' as begins,
        promise_word.awaited
    from clock_rule
    inner join promise_word
        on clock_rule.promise = promise_word.promise
),

subjects as (
    select
        clock_subject.subject_no,
        clock_subject.subject_id,
        clock_subject.subject,
        clock_subject.customer_id,
        clock_subject.account_id,
        clock_subject.kind,
        clock_subject.channel,
        clock_subject.category,
        clock_subject.team,
        clock_subject.agent,
        clock_subject.segment,
        clock_subject.subject_opened_at,
        clock_subject.subject_resolved_at,
        coalesce(customers.region, 'unknown') as region,
        coalesce(customers.kind, 'unidentified') as customer_kind,
        coalesce(customers.acquired_through, 'unknown') as acquired_through,
        coalesce(customers.business_unit, 'unknown') as business_unit,
        customers.customer_no,
        coalesce(account_company.company, 'no company') as company
    from clock_subject
    left join customers
        on clock_subject.customer_id = customers.customer_id
    left join account_company
        on clock_subject.account_id = account_company.account_id
),

clocks as (
    select
        words.begins || subjects.subject_id || case
            when clock_judged.occurrence = 1 and clock_judged.version = 1 then ':1:1'
            else ':' || cast(clock_judged.occurrence as varchar) || ':' || cast(clock_judged.version as varchar)
        end as clock_id,
        clock_judged.clock_no,
        words.subject_kind,
        subjects.subject_id,
        subjects.subject,
        words.promise,
        words.awaited,
        clock_judged.occurrence,
        clock_judged.version,
        subjects.customer_id,
        subjects.account_id,
        words.calendar,
        words.policy,
        words.target_seconds,
        clock_judged.started_at,
        clock_judged.in_force_at,
        clock_judged.due_at,
        clock_judged.fulfilled_at,
        clock_judged.ended_at,
        clock_judged.settled_at,
        clock_judged.loosened_late,
        clock_judged.open_seconds,
        clock_judged.paused_seconds,
        clock_judged.paused_open_seconds,
        clock_judged.paused_in_time_seconds,
        clock_judged.as_of,
        clock_judged.state,
        subjects.kind,
        subjects.channel,
        words.priority,
        subjects.category,
        subjects.team,
        subjects.agent,
        subjects.segment,
        subjects.subject_opened_at,
        subjects.subject_resolved_at,
        subjects.region,
        subjects.customer_kind,
        subjects.acquired_through,
        subjects.business_unit,
        subjects.customer_no,
        subjects.company
    from clock_judged
    inner join words
        on clock_judged.rule_no = words.rule_no
    inner join subjects
        on clock_judged.subject_no = subjects.subject_no
    union all
    select
        clock_commitment.clock_id,
        cast(null as bigint) as clock_no,
        clock_commitment.subject_kind,
        clock_commitment.subject_id,
        clock_commitment.subject,
        clock_commitment.promise,
        promise_word.awaited,
        1 as occurrence,
        1 as version,
        clock_commitment.customer_id,
        clock_commitment.account_id,
        clock_commitment.calendar,
        clock_commitment.policy,
        clock_commitment.target_seconds,
        clock_commitment.started_at,
        clock_commitment.started_at as in_force_at,
        clock_commitment.due_at,
        clock_commitment.fulfilled_at,
        clock_commitment.ended_at,
        case
            when clock_commitment.fulfilled_at <= clock_commitment.due_at then clock_commitment.fulfilled_at
            when clock_commitment.due_at <= clock_commitment.as_of then clock_commitment.due_at
        end as settled_at,
        false as loosened_late,
        clock_commitment.open_seconds,
        cast(0 as bigint) as paused_seconds,
        cast(0 as bigint) as paused_open_seconds,
        cast(0 as bigint) as paused_in_time_seconds,
        clock_commitment.as_of,
        clock_commitment.state,
        clock_commitment.kind,
        clock_commitment.channel,
        clock_commitment.priority,
        clock_commitment.category,
        clock_commitment.team,
        cast(null as varchar) as agent,
        clock_commitment.segment,
        clock_commitment.subject_opened_at,
        clock_commitment.subject_resolved_at,
        coalesce(customers.region, 'unknown') as region,
        coalesce(customers.kind, 'unidentified') as customer_kind,
        coalesce(customers.acquired_through, 'unknown') as acquired_through,
        coalesce(customers.business_unit, 'unknown') as business_unit,
        customers.customer_no,
        coalesce(account_company.company, 'no company') as company
    from clock_commitment
    inner join promise_word
        on clock_commitment.promise = promise_word.promise
    left join customers
        on clock_commitment.customer_id = customers.customer_id
    left join account_company
        on clock_commitment.account_id = account_company.account_id
),

decided as (
    select
        clock_id, clock_no, subject_kind, subject_id, subject, promise, occurrence, version, customer_id, account_id, calendar, policy,
        target_seconds, started_at, in_force_at, due_at, fulfilled_at, ended_at, loosened_late,
        open_seconds, paused_seconds, paused_open_seconds, paused_in_time_seconds, as_of, kind, channel, priority, category, team, agent, segment,
        subject_opened_at, subject_resolved_at, state, region, customer_kind, acquired_through, business_unit, customer_no, company,
        case when state not in ('void', 'superseded') then settled_at end as decided_at,
        state in ('open', 'at_risk', 'paused', 'broken_open', 'broken_paused') as is_running,
        awaited
    from clocks
)

select
    decided.clock_id,
    decided.clock_no,
    decided.subject_kind,
    decided.subject_id,
    decided.promise,
    decided.occurrence,
    decided.version,
    decided.customer_id,
    decided.account_id,
    decided.calendar,
    decided.policy,
    decided.target_seconds,
    decided.started_at,
    decided.in_force_at,
    decided.due_at,
    decided.fulfilled_at,
    decided.ended_at,
    decided.state,
    decided.decided_at is not null as is_decided,
    case when decided.decided_at is not null then decided.state = 'kept' end as was_kept,
    decided.decided_at,
    decided.state = 'kept' and decided.decided_at is null as is_provisional,
    decided.is_running,
    decided.state in ('broken_open', 'broken_paused') as is_past,
    case when decided.is_running then greatest(0, decided.target_seconds - decided.open_seconds) end as remaining_seconds,
    decided.open_seconds,
    date_diff(
        'second',
        date_trunc('second', decided.started_at),
        date_trunc('second', coalesce(decided.fulfilled_at, decided.ended_at, decided.as_of))
    ) as calendar_seconds,
    decided.paused_seconds,
    decided.paused_open_seconds,
    case
        when decided.decided_at is not null
            then date_diff(
                    'second',
                    date_trunc('second', decided.started_at),
                    date_trunc('second', least(coalesce(decided.fulfilled_at, decided.ended_at, decided.due_at), decided.due_at))
                )
    end as lasted_seconds,
    case when decided.decided_at is not null then decided.paused_in_time_seconds end as stood_still_seconds,
    decided.loosened_late,
    decided.as_of,
    decided.channel,
    decided.priority,
    decided.team,
    decided.category,
    decided.kind,
    decided.agent,
    decided.subject_opened_at,
    decided.subject_resolved_at,
    decided.subject,
    case
        when decided.state = 'kept' and decided.decided_at is null then 'the ' || decided.awaited || ' came in time, it is not final yet'
        when decided.state = 'kept' then 'the ' || decided.awaited || ' came in time'
        when decided.state = 'broken_closed' then 'the ' || decided.awaited || ' did not come in time'
        when decided.state = 'closed_unanswered' then 'closed without a reply'
        when decided.state = 'broken_open' then 'the ' || decided.awaited || ' is past its promise and still missing'
        when decided.state = 'broken_paused' then 'the ' || decided.awaited || ' is past its promise, and its time stands still'
        when decided.state = 'at_risk' then 'the ' || decided.awaited || ' is due very soon'
        when decided.state = 'open' then 'the ' || decided.awaited || ' is awaited, its time is not over'
        when decided.state = 'paused' then 'the ' || decided.awaited || ' is awaited, its time stands still'
        when decided.state = 'superseded' then 'something else was promised before it was decided'
        else 'called off, merged, spam or withdrawn'
    end as because,
    decided.segment,
    decided.region,
    decided.customer_kind,
    decided.acquired_through,
    decided.business_unit,
    decided.customer_no,
    decided.company
from decided
