-- One row per wait that a promise may bound: a reply, a solution, a call-back; each run of messages is a wait of its own.
--
-- grain:     wait_no
-- reads:     case_run, case_start, case_wait, cases, clock_solution, clock_subject, detractor, promise_number
-- dated by:  started_at
-- judged by: cases, case_events
-- kept:      no
-- note:      wait_no is made of the numbers of the case or detractor, of the promise, and of the occurrence. One that lasts until a
--            solution is final: is_lasting. untold says what is missing where its course is not known
with waiting as (
    select
        clock_subject.subject_no,
        case_start.case_row_id,
        coalesce(case_start.started_at, case_start.opened_at) as started_at,
        case_start.started_at is not null as is_started,
        case_start.tells_messages,
        case_start.tells_reply,
        case_start.is_void,
        case_start.as_of,
        clock_solution.first_solved_at,
        clock_solution.solved_at,
        clock_solution.final_at,
        coalesce(clock_solution.was_reopened, false) as was_reopened,
        coalesce(clock_solution.begins_solved, false) as begins_solved,
        clock_subject.has_history,
        not clock_subject.has_history
        and cases.status in ('solved', 'closed') and cases.resolved_at is null and cases.closed_at is null as is_untold,
        coalesce(cases.first_resolved_at < cases.resolved_at, false)
        or (cases.status in ('new', 'open', 'pending', 'on_hold') and coalesce(cases.first_resolved_at, cases.resolved_at) is not null)
            as tells_reopening
    from case_start
    inner join cases
        on case_start.case_row_id = cases.row_id
    inner join clock_subject
        on clock_subject.subject_kind = 'case' and case_start.case_row_id = clock_subject.subject_id
    left join clock_solution
        on case_start.case_row_id = clock_solution.case_row_id
    where case_start.started_at is not null or not case_start.tells_messages
),

waits as (
    select
        waiting.subject_no,
        'case' as subject_kind,
        'first_reply' as promise,
        1 as occurrence,
        waiting.started_at,
        case_wait.fulfilled_at,
        case when case_wait.fulfilled_at is null then case_wait.ended_at end as ended_at,
        cast(null as timestamp) as final_at,
        false as is_lasting,
        false as was_reopened,
        case when not waiting.is_started or not waiting.tells_reply then 'needs case events' end as untold,
        false as needs_history,
        waiting.has_history,
        waiting.is_void,
        waiting.as_of
    from waiting
    left join case_wait
        on waiting.case_row_id = case_wait.case_row_id
    union all
    select
        clock_subject.subject_no,
        'case' as subject_kind,
        'next_reply' as promise,
        case_run.run_no as occurrence,
        case_run.started_at,
        case_run.fulfilled_at,
        case when case_run.fulfilled_at is null then case_run.ended_at end as ended_at,
        cast(null as timestamp) as final_at,
        false as is_lasting,
        false as was_reopened,
        cast(null as varchar) as untold,
        false as needs_history,
        clock_subject.has_history,
        clock_subject.is_void,
        case_run.as_of
    from case_run
    inner join clock_subject
        on clock_subject.subject_kind = 'case' and case_run.case_row_id = clock_subject.subject_id
    union all
    select
        subject_no,
        'case' as subject_kind,
        'next_reply' as promise,
        1 as occurrence,
        started_at,
        cast(null as timestamp) as fulfilled_at,
        cast(null as timestamp) as ended_at,
        cast(null as timestamp) as final_at,
        false as is_lasting,
        false as was_reopened,
        'needs case events' as untold,
        false as needs_history,
        has_history,
        is_void,
        as_of
    from waiting
    where not tells_messages
    union all
    select
        waiting.subject_no,
        'case' as subject_kind,
        promise_number.promise,
        1 as occurrence,
        waiting.started_at,
        case when promise_number.promise = 'first_resolution' then waiting.first_solved_at else waiting.solved_at end as fulfilled_at,
        cast(null as timestamp) as ended_at,
        case when promise_number.promise <> 'first_resolution' then waiting.final_at end as final_at,
        promise_number.promise <> 'first_resolution' as is_lasting,
        waiting.was_reopened and (waiting.begins_solved or promise_number.promise <> 'first_resolution') as was_reopened,
        case
            when not waiting.is_started then 'needs case events'
            when waiting.is_untold then 'needs the time of the solution'
        end as untold,
        promise_number.promise <> 'first_resolution' and waiting.tells_reopening as needs_history,
        waiting.has_history,
        waiting.is_void,
        waiting.as_of
    from waiting
    inner join promise_number
        on promise_number.subject_kind = 'case'
        and promise_number.promise in ('first_resolution', 'full_resolution', 'customer_wait', 'agent_work')
    where waiting.was_reopened or not waiting.begins_solved
    union all
    select
        clock_subject.subject_no,
        'detractor' as subject_kind,
        'call_back' as promise,
        1 as occurrence,
        detractor.answered_at as started_at,
        detractor.reached_at as fulfilled_at,
        cast(null as timestamp) as ended_at,
        cast(null as timestamp) as final_at,
        false as is_lasting,
        false as was_reopened,
        case
            when detractor.is_unidentified then 'needs to know who answered'
            when not detractor.tells_contacts then 'needs contacts in service'
        end as untold,
        false as needs_history,
        true as has_history,
        false as is_void,
        detractor.as_of
    from detractor
    inner join clock_subject
        on clock_subject.subject_kind = 'detractor' and detractor.row_id = clock_subject.subject_id
)

select
    (waits.subject_no * 100 + promise_number.promise_no) * 1000000 + waits.occurrence as wait_no,
    waits.subject_no,
    promise_number.promise_no,
    waits.occurrence,
    waits.started_at,
    waits.fulfilled_at,
    waits.ended_at,
    waits.final_at,
    waits.is_lasting,
    waits.was_reopened,
    waits.untold,
    waits.needs_history and not waits.has_history as lacks_history,
    waits.has_history,
    waits.is_void,
    waits.as_of
from waits
inner join promise_number
    on waits.promise = promise_number.promise and waits.subject_kind = promise_number.subject_kind
