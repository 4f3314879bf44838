-- One row per promised time that ran, runs or was called off: a clock.
--
-- grain:     clock_id
-- reads:     account_company, clock_commitment, clock_judged, clock_rule, clock_subject, customers
-- dated by:  decided_at
-- as of:     started_at
-- carries:   stage
-- judged by: cases, case_events, commitments
-- note:      a broken promise is booked when it breaks, not when it is mended; a clock still running is never counted as kept, nor is
--            a solution that is not final. While time stands still there is no due_at, only what remains. Each row has its own as_of
with words as (
    select
        rule_no,
        subject_kind,
        promise,
        priority,
        policy,
        calendar,
        target_seconds,
        case when subject_kind = 'case' then '' else subject_kind || ':' end || promise || ':' as begins
    from clock_rule
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
        coalesce(account_company.company, 'no company') as company
    from clock_subject
    left join customers
        on clock_subject.customer_id = customers.customer_id
    left join account_company
        on clock_subject.account_id = account_company.account_id
),

clocks as (
    select
        words.begins || subjects.subject_id || ':' || cast(clock_judged.occurrence as varchar) || ':'
        || cast(clock_judged.version as varchar) as clock_id,
        words.subject_kind,
        subjects.subject_id,
        subjects.subject,
        words.promise,
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
        subjects.company
    from clock_judged
    inner join words
        on clock_judged.rule_no = words.rule_no
    inner join subjects
        on clock_judged.subject_no = subjects.subject_no
    union all
    select
        clock_commitment.clock_id,
        clock_commitment.subject_kind,
        clock_commitment.subject_id,
        clock_commitment.subject,
        clock_commitment.promise,
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
        coalesce(account_company.company, 'no company') as company
    from clock_commitment
    left join customers
        on clock_commitment.customer_id = customers.customer_id
    left join account_company
        on clock_commitment.account_id = account_company.account_id
),

decided as (
    select
        clock_id, subject_kind, subject_id, subject, promise, occurrence, version, customer_id, account_id, calendar, policy,
        target_seconds, started_at, in_force_at, due_at, fulfilled_at, ended_at, loosened_late,
        open_seconds, paused_seconds, paused_open_seconds, as_of, kind, channel, priority, category, team, agent, segment,
        subject_opened_at, subject_resolved_at, state, region, customer_kind, acquired_through, business_unit, company,
        case when state not in ('void', 'superseded') then settled_at end as decided_at,
        state in ('open', 'at_risk', 'paused', 'broken_open', 'broken_paused') as is_running,
        case promise
            when 'first_resolution' then 'first solution'
            when 'full_resolution' then 'solution'
            when 'customer_wait' then 'end of the wait'
            when 'agent_work' then 'end of our work'
            when 'call_back' then 'call-back'
            else replace(promise, '_', ' ')
        end as words
    from clocks
)

select
    decided.clock_id,
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
        when decided.state = 'kept' and decided.decided_at is null then 'the ' || decided.words || ' came in time, it is not final yet'
        when decided.state = 'kept' then 'the ' || decided.words || ' came in time'
        when decided.state = 'broken_closed' then 'the ' || decided.words || ' did not come in time'
        when decided.state = 'closed_unanswered' then 'closed without a reply'
        when decided.state = 'broken_open' then 'the ' || decided.words || ' is past its promise and still missing'
        when decided.state = 'broken_paused' then 'the ' || decided.words || ' is past its promise, and its time stands still'
        when decided.state = 'at_risk' then 'the ' || decided.words || ' is due very soon'
        when decided.state = 'open' then 'the ' || decided.words || ' is awaited, its time is not over'
        when decided.state = 'paused' then 'the ' || decided.words || ' is awaited, its time stands still'
        when decided.state = 'superseded' then 'something else was promised before it was decided'
        else 'called off, merged, spam or withdrawn'
    end as because,
    decided.segment,
    decided.region,
    decided.customer_kind,
    decided.acquired_through,
    decided.business_unit,
    decided.company
from decided
