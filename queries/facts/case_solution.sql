-- One row per request that was ever solved: when first, and when it was first opened again after that.
--
-- grain:     case_row_id
-- reads:     case_state, case_status, cases, fct_case_spell
-- dated by:  first_solved_at
-- judged by: cases, case_events
-- kept:      no
-- note:      a request that was never unsolved is solved when its source says so. Opening again is known only of a source that tells
--            statuses: tells_history
with sources as (
    select
        cases.source,
        max(case when case_status.has_history then 1 else 0 end) as tells
    from cases
    left join case_status on cases.row_id = case_status.case_row_id
    group by cases.source
),

spells as (
    select
        row_id,
        max(case when spell_no = 1 then until_at end) as first_solved_at,
        max(case when spell_no = 2 then from_at end) as reopened_at,
        count(*) - 1 as reopened_count
    from fct_case_spell
    group by row_id
),

solved as (
    select
        case_state.row_id as case_row_id,
        case_state.opened_at,
        case
            when spells.row_id is not null then spells.first_solved_at
            else date_trunc('second', case_state.resolved_at)
        end as first_solved_at,
        spells.reopened_at,
        coalesce(spells.reopened_count, 0) as reopened_count,
        case_state.as_of
    from case_state
    left join spells on case_state.row_id = spells.row_id
)

select
    solved.case_row_id,
    solved.first_solved_at,
    solved.reopened_at,
    solved.reopened_count,
    sources.tells = 1 as tells_history,
    solved.as_of
from solved
inner join cases on solved.case_row_id = cases.row_id
inner join sources on cases.source = sources.source
where solved.first_solved_at is not null
