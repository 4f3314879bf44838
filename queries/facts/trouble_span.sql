-- One row per stretch of time in which somebody should be left alone: a complaint or a broken promise is open, a call-back awaited, a complaint just solved.
--
-- grain:    kind, span_id
-- reads:    fct_case_spell, fct_promise, respect_setting
-- dated by: from_at
-- note:     whatever happens at from_at is inside, at until_at outside; until_at is empty while it lasts. kind complaint is told
--           without a look at promises; a broken promise counts from when it broke. The last second of the time after a solution still counts.
--           "request" is any open one: it matters to surveys
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
    spells.spell_id as span_id, 'after' as kind, spells.customer_id, spells.account_id, spells.case_id as subject, spells.until_at as from_at,
    spells.until_at + (respect_setting.after_complaint_seconds + 1) * interval '1' second as until_at
from spells
cross join respect_setting
where spells.is_complaint and spells.until_at is not null
union all
select
    clock_id as span_id, 'call_back' as kind, customer_id, account_id, subject, date_trunc('second', started_at) as from_at,
    date_trunc('second', coalesce(fulfilled_at, ended_at)) as until_at
from fct_promise
where
    subject_kind = 'detractor'
    and state not in ('superseded', 'void')
    and (coalesce(fulfilled_at, ended_at) is null or coalesce(fulfilled_at, ended_at) > started_at)
