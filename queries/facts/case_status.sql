-- One row per case and stretch of time in one status, as its history tells it, else as the case's own dates do.
--
-- grain:     case_row_id, from_at
-- reads:     case_events, cases, entity_as_of
-- dated by:  from_at
-- judged by: cases, case_events
-- note:      until_at is empty while it lasts. Without status events the status between opening and solution is not known: such a case
--            is "open" until it is solved, and has no history. With them it is new before the first, and its own dates tell only an
--            ending later than all of them. A status that we do not know is "other": it solves nothing, and does not undo a solution.
--            A case solved at a time that nobody tells has no row. One with other events only, new or open still, in a source that tells
--            statuses, has a history in which nothing changed.
with judged as (
    select min(as_of) as as_of
    from entity_as_of
    where entity in ('cases', 'case_events')
),

opened as (
    select
        cases.row_id,
        cases.source,
        cases.case_id,
        date_trunc('second', cases.opened_at) as opened_at,
        cases.status,
        judged.as_of,
        case
            when cases.status not in ('new', 'open', 'pending', 'on_hold') and cases.closed_at <= judged.as_of
                then date_trunc('second', cases.closed_at)
        end as closed_at,
        case
            when cases.status not in ('new', 'open', 'pending', 'on_hold') and cases.resolved_at <= judged.as_of
                then date_trunc('second', cases.resolved_at)
        end as resolved_at,
        cases.status in ('solved', 'closed') and cases.resolved_at is null and cases.closed_at is null as is_untold
    from cases
    cross join judged
    where cases.opened_at <= judged.as_of
),

told as (
    select
        opened.row_id,
        opened.source,
        greatest(date_trunc('second', case_events.happened_at), opened.opened_at) as from_at,
        replace(replace(lower(trim(case_events.value)), '-', '_'), ' ', '_') as word,
        lag(greatest(date_trunc('second', case_events.happened_at), opened.opened_at)) over (
            partition by opened.row_id
            order by case_events.happened_at desc, case_events.source_line desc, case_events.row_id desc
        ) as next_at
    from case_events
    inner join opened
        on case_events.source = opened.source and case_events.case_id = opened.case_id
    where case_events.kind = 'status' and case_events.happened_at <= opened.as_of
),

history as (
    select
        row_id,
        min(from_at) as first_at,
        max(from_at) as last_at,
        max(case when next_at is null and word in ('solved', 'closed') then word end) as last_ending
    from told
    group by row_id
),

unchanged as (
    select distinct opened.row_id
    from case_events
    inner join opened
        on case_events.source = opened.source and case_events.case_id = opened.case_id
    left join history
        on opened.row_id = history.row_id
    where history.row_id is null
        and opened.status in ('new', 'open')
        and opened.source in (select told.source from told)
        and case_events.happened_at <= opened.as_of
),

changes as (
    select
        row_id,
        from_at,
        case when word in ('new', 'open', 'pending', 'on_hold', 'solved', 'closed') then word else 'other' end as status,
        1 as place
    from told
    where next_at is null or next_at > from_at
    union all
    select
        opened.row_id,
        opened.opened_at as from_at,
        case
            when history.row_id is not null then 'new'
            when unchanged.row_id is not null or opened.status = 'other' then opened.status
            else 'open'
        end as status,
        0 as place
    from opened
    left join history on opened.row_id = history.row_id
    left join unchanged on opened.row_id = unchanged.row_id
    where history.first_at > opened.opened_at or (history.row_id is null and not opened.is_untold)
    union all
    select opened.row_id, opened.resolved_at as from_at, 'solved' as status, 2 as place
    from opened
    left join history on opened.row_id = history.row_id
    where opened.resolved_at is not null
        and (history.row_id is null or (opened.resolved_at >= history.last_at and history.last_ending is null))
    union all
    select opened.row_id, opened.closed_at as from_at, 'closed' as status, 3 as place
    from opened
    left join history on opened.row_id = history.row_id
    where opened.closed_at >= opened.opened_at
        and (
            history.row_id is null
            or (opened.closed_at >= history.last_at and coalesce(history.last_ending, 'solved') = 'solved')
        )
),

latest as (
    select
        row_id,
        from_at,
        status,
        row_number() over (partition by row_id, from_at order by place desc) as latest_no
    from changes
)

select
    latest.row_id as case_row_id,
    latest.from_at,
    lead(latest.from_at) over (partition by latest.row_id order by latest.from_at) as until_at,
    latest.status,
    coalesce(
        last_value(case when latest.status <> 'other' then latest.status in ('solved', 'closed') end ignore nulls) over (
            partition by latest.row_id order by latest.from_at rows between unbounded preceding and current row
        ),
        false
    ) as is_solved,
    history.row_id is not null or unchanged.row_id is not null as has_history
from latest
left join history on latest.row_id = history.row_id
left join unchanged on latest.row_id = unchanged.row_id
where latest.latest_no = 1
