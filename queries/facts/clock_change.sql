-- One row per case or detractor and instant at which its priority, a policy told by its source, or the policies themselves changed.
--
-- grain:     subject_no, from_at
-- reads:     case_events, cases, clock_subject, promise_period
-- dated by:  from_at
-- judged by: cases, case_events
-- kept:      no
-- note:      it begins when the wait does; until_at is empty for the last one. Most never change (is_only): only the others
--            are put in order
with told as (
    select
        clock_subject.subject_no,
        clock_subject.asked_at,
        case_events.kind,
        lower(trim(case_events.value)) as word,
        trim(case_events.value) as value,
        greatest(date_trunc('second', case_events.happened_at), clock_subject.asked_at) as from_at,
        row_number() over (
            partition by
                clock_subject.subject_no,
                case_events.kind,
                greatest(date_trunc('second', case_events.happened_at), clock_subject.asked_at)
            order by case_events.happened_at desc, case_events.source_line desc, case_events.row_id desc
        ) as latest_no
    from case_events
    inner join cases
        on case_events.source = cases.source and case_events.case_id = cases.case_id
    inner join clock_subject
        on clock_subject.subject_kind = 'case' and cases.row_id = clock_subject.subject_id
    where case_events.kind in ('priority', 'policy') and case_events.happened_at <= clock_subject.as_of
),

instants as (
    select
        subject_no,
        from_at,
        from_at > asked_at as is_later,
        case
            when kind = 'priority' and word in ('low', 'normal', 'high', 'urgent') then word
            when kind = 'priority' and coalesce(word, '') in ('', 'unknown') then 'unknown'
            when kind = 'priority' then 'other'
        end as priority,
        case when kind = 'policy' then coalesce(nullif(value, ''), '-') end as told_policy,
        cast(null as timestamp) as period_at
    from told
    where latest_no = 1
    union all
    select
        clock_subject.subject_no,
        greatest(promise_period.from_at, clock_subject.asked_at) as from_at,
        promise_period.from_at > clock_subject.asked_at as is_later,
        cast(null as varchar) as priority,
        cast(null as varchar) as told_policy,
        promise_period.from_at as period_at
    from clock_subject
    inner join promise_period
        on clock_subject.as_of >= promise_period.from_at and clock_subject.asked_at < promise_period.until_at
),

moving as (
    select distinct subject_no
    from instants
    where is_later
),

changes as (
    select
        instants.subject_no,
        instants.from_at,
        max(instants.priority) as priority,
        max(instants.told_policy) as told_policy,
        max(instants.period_at) as period_at
    from instants
    inner join moving
        on instants.subject_no = moving.subject_no
    group by instants.subject_no, instants.from_at
),

known as (
    select
        subject_no,
        from_at,
        lead(from_at) over (partition by subject_no order by from_at) as until_at,
        last_value(priority ignore nulls) over (
            partition by subject_no order by from_at rows between unbounded preceding and current row
        ) as priority,
        last_value(told_policy ignore nulls) over (
            partition by subject_no order by from_at rows between unbounded preceding and current row
        ) as told_policy,
        last_value(period_at ignore nulls) over (
            partition by subject_no order by from_at rows between unbounded preceding and current row
        ) as period_at,
        false as is_only
    from changes
    union all
    select
        instants.subject_no,
        min(instants.from_at) as from_at,
        cast(null as timestamp) as until_at,
        max(instants.priority) as priority,
        max(instants.told_policy) as told_policy,
        max(instants.period_at) as period_at,
        true as is_only
    from instants
    left join moving
        on instants.subject_no = moving.subject_no
    where moving.subject_no is null
    group by instants.subject_no
)

select
    known.subject_no,
    known.from_at,
    known.until_at,
    clock_subject.subject_kind,
    clock_subject.kind,
    clock_subject.channel,
    clock_subject.category,
    clock_subject.segment,
    coalesce(known.priority, clock_subject.first_priority) as priority,
    coalesce(known.told_policy, '-') as told_policy,
    known.period_at,
    known.is_only
from known
inner join clock_subject
    on known.subject_no = clock_subject.subject_no
