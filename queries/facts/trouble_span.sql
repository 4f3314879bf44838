-- One row per stretch of time in which somebody should be left alone: a complaint or a broken promise is open, a call-back awaited, a complaint just solved.
--
-- grain:    kind, span_id
-- reads:    case_status, cases, customer_of, fct_case_spell, fct_promise, respect_setting
-- dated by: from_at
-- note:     whatever happens at from_at is inside, at until_at outside; until_at is empty while it lasts. kind complaint is told
--           without a look at promises; a broken promise counts from when it broke. The last second of the time after a solution still counts.
--           "request" is any open one: it matters to surveys. A complaint solved in the second it was opened has no spell, yet the time after it
with broken as (
    select subject_id, min(decided_at) as broke_at
    from fct_promise
    where subject_kind = 'case' and is_decided and not was_kept
    group by subject_id
),

spells as (
    select
        fct_case_spell.spell_id,
        fct_case_spell.customer_id,
        fct_case_spell.account_id,
        fct_case_spell.case_id,
        date_trunc('second', fct_case_spell.from_at) as from_at,
        date_trunc('second', fct_case_spell.until_at) as until_at,
        fct_case_spell.is_complaint,
        case
            when broken.broke_at is not null then date_trunc('second', greatest(broken.broke_at, fct_case_spell.from_at))
        end as broken_from_at
    from fct_case_spell
    left join broken
        on fct_case_spell.row_id = broken.subject_id
    where fct_case_spell.is_counted
),

first_status as (
    select
        case_status.case_row_id,
        cases.case_id,
        case_status.from_at,
        case_status.is_solved,
        row_number() over (partition by case_status.case_row_id order by case_status.from_at) as place
    from case_status
    inner join cases
        on case_status.case_row_id = cases.row_id
    where cases.kind = 'complaint' and cases.merged_into is null and not coalesce(cases.is_spam, false)
),

solved as (
    select spell_id, customer_id, account_id, case_id, until_at as solved_at
    from spells
    where is_complaint and until_at is not null
    union all
    select
        first_status.case_row_id || ':0' as spell_id, customer_of.customer_id, customer_of.account_id, first_status.case_id,
        first_status.from_at as solved_at
    from first_status
    inner join customer_of
        on customer_of.entity = 'cases' and first_status.case_row_id = customer_of.row_id
    where first_status.place = 1 and first_status.is_solved
)

select spell_id as span_id, 'request' as kind, customer_id, account_id, case_id as subject, from_at, until_at
from spells
where until_at is null or until_at > from_at
union all
select spell_id as span_id, 'complaint' as kind, customer_id, account_id, case_id as subject, from_at, until_at
from spells
where is_complaint and (until_at is null or until_at > from_at)
union all
select spell_id as span_id, 'broken' as kind, customer_id, account_id, case_id as subject, broken_from_at as from_at, until_at
from spells
where broken_from_at is not null and (until_at is null or until_at > broken_from_at)
union all
select
    solved.spell_id as span_id, 'after' as kind, solved.customer_id, solved.account_id, solved.case_id as subject, solved.solved_at as from_at,
    solved.solved_at + (respect_setting.after_complaint_seconds + 1) * interval '1' second as until_at
from solved
cross join respect_setting
union all
select
    clock_id as span_id, 'call_back' as kind, customer_id, account_id, subject, date_trunc('second', started_at) as from_at,
    date_trunc('second', coalesce(fulfilled_at, ended_at)) as until_at
from fct_promise
where
    subject_kind = 'detractor'
    and state not in ('superseded', 'void')
    and (coalesce(fulfilled_at, ended_at) is null or coalesce(fulfilled_at, ended_at) > started_at)
