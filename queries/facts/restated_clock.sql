-- One row per clock that had been decided when the snapshot before was made and is decided otherwise now, or no longer, or only now.
--
-- grain:     subject_kind, subject_id, promise, run_at, place
-- reads:     clock_before, fct_promise
-- dated by:  none
-- judged by: cases, case_events, commitments
-- note:      what is decided after the snapshot before knew is no restatement; further replies are told apart by when each began,
--            for a reply that arrives late moves their numbers
with earlier_known as (
    select subject_kind, max(as_of) as as_of
    from clock_before
    group by subject_kind
),

now_known as (
    select subject_kind, max(as_of) as as_of
    from fct_promise
    group by subject_kind
),

of_earlier as (
    select
        clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, calendar, policy, target_seconds,
        started_at, due_at, was_kept, decided_at, kind, channel, priority, category, team, segment,
        case when promise = 'next_reply' then started_at else timestamp '1970-01-01' end as run_at
    from clock_before
),

of_now as (
    select
        fct_promise.clock_id, fct_promise.subject_kind, fct_promise.subject_id, fct_promise.subject, fct_promise.promise,
        fct_promise.customer_id, fct_promise.account_id, fct_promise.calendar, fct_promise.policy, fct_promise.target_seconds,
        fct_promise.started_at, fct_promise.due_at, fct_promise.was_kept, fct_promise.decided_at,
        fct_promise.kind, fct_promise.channel, fct_promise.priority, fct_promise.category, fct_promise.team, fct_promise.segment,
        case when fct_promise.promise = 'next_reply' then fct_promise.started_at else timestamp '1970-01-01' end as run_at
    from fct_promise
    inner join earlier_known
        on fct_promise.subject_kind = earlier_known.subject_kind
    where fct_promise.is_decided and fct_promise.decided_at <= earlier_known.as_of
),

earlier as (
    select
        clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, calendar, policy, target_seconds,
        started_at, due_at, was_kept, decided_at, kind, channel, priority, category, team, segment, run_at,
        row_number() over (partition by subject_kind, subject_id, promise, run_at order by decided_at, clock_id) as place
    from of_earlier
),

later as (
    select
        clock_id, subject_kind, subject_id, subject, promise, customer_id, account_id, calendar, policy, target_seconds,
        started_at, due_at, was_kept, decided_at, kind, channel, priority, category, team, segment, run_at,
        row_number() over (partition by subject_kind, subject_id, promise, run_at order by decided_at, clock_id) as place
    from of_now
),

beside as (
    select
        coalesce(later.clock_id, earlier.clock_id) as clock_id,
        coalesce(later.subject_kind, earlier.subject_kind) as subject_kind,
        coalesce(later.subject_id, earlier.subject_id) as subject_id,
        coalesce(later.subject, earlier.subject) as subject,
        coalesce(later.promise, earlier.promise) as promise,
        coalesce(later.run_at, earlier.run_at) as run_at,
        coalesce(later.place, earlier.place) as place,
        coalesce(later.customer_id, earlier.customer_id) as customer_id,
        coalesce(later.account_id, earlier.account_id) as account_id,
        earlier.was_kept as old_was_kept,
        later.was_kept as new_was_kept,
        earlier.decided_at as old_decided_at,
        later.decided_at as new_decided_at,
        coalesce(
            earlier.target_seconds <> later.target_seconds or earlier.policy <> later.policy or earlier.calendar <> later.calendar
            or (earlier.started_at = later.started_at and earlier.due_at <> later.due_at),
            false
        ) as is_promised_otherwise,
        coalesce(later.kind, earlier.kind) as kind,
        coalesce(later.channel, earlier.channel) as channel,
        coalesce(later.priority, earlier.priority) as priority,
        coalesce(later.category, earlier.category) as category,
        coalesce(later.team, earlier.team) as team,
        coalesce(later.segment, earlier.segment) as segment
    from earlier
    full outer join later
        on earlier.subject_kind = later.subject_kind and earlier.subject_id = later.subject_id
        and earlier.promise = later.promise and earlier.run_at = later.run_at and earlier.place = later.place
    where earlier.clock_id is null
        or later.clock_id is null
        or earlier.was_kept <> later.was_kept
        or earlier.decided_at <> later.decided_at
)

select
    beside.clock_id,
    beside.subject_kind,
    beside.subject_id,
    beside.subject,
    beside.promise,
    beside.run_at,
    beside.place,
    beside.customer_id,
    beside.account_id,
    beside.old_was_kept,
    beside.new_was_kept,
    beside.old_decided_at,
    beside.new_decided_at,
    beside.is_promised_otherwise,
    coalesce(beside.old_decided_at > now_known.as_of, false) as is_known_less_far,
    coalesce(now_known.as_of, earlier_known.as_of) as restated_at,
    beside.kind,
    beside.channel,
    beside.priority,
    beside.category,
    beside.team,
    beside.segment
from beside
inner join earlier_known
    on beside.subject_kind = earlier_known.subject_kind
left join now_known
    on beside.subject_kind = now_known.subject_kind
