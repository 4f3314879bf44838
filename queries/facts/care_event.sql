-- One row per event that a request, an undertaking, a survey or a consent tells of.
--
-- grain:    entity, row_id, event
-- reads:    case_turn, cases, commitments, consents, survey_responses
-- dated by: happened_at
-- note:     a confidential survey leaves no event: nobody may see who answered; spam and merged requests leave none either.
--           A request closed without a word about its solution is solved when it is closed; it is reopened once, the first time
with real_cases as (
    select
        cases.row_id, cases.source, cases.opened_at, coalesce(cases.resolved_at, cases.closed_at) as solved_at, cases.kind, cases.channel,
        cases.category, case_turn.first_replied_at, case_turn.reopened_at
    from cases
    inner join case_turn on case_turn.case_row_id = cases.row_id
    where cases.merged_into is null and not coalesce(cases.is_spam, false)
),

undertakings as (
    select row_id, source, made_at, kept_at, channel, subject, replace(kind, '_', '-') as kind
    from commitments
),

surveys as (
    select row_id, source, sent_at, answered_at, score, instrument || ', ' || programme as detail
    from survey_responses
    where not coalesce(confidential, false)
)

select
    'cases' as entity, row_id, source, opened_at as happened_at, 'case opened' as event, channel, 'inbound' as direction,
    category as detail, cast(null as double) as value
from real_cases
union all
select 'cases' as entity, row_id, source, opened_at, 'complaint opened' as event, channel, 'inbound' as direction, category, null as value
from real_cases
where kind = 'complaint'
union all
select
    'cases' as entity, row_id, source, first_replied_at, 'case first reply' as event, channel, 'outbound' as direction, category,
    null as value
from real_cases
union all
select 'cases' as entity, row_id, source, reopened_at, 'case reopened' as event, channel, 'inbound' as direction, category, null as value
from real_cases
union all
select 'cases' as entity, row_id, source, solved_at, 'case solved' as event, channel, 'outbound' as direction, category, null as value
from real_cases
union all
select
    'commitments' as entity, row_id, source, made_at, kind || ' promised' as event, channel, 'outbound' as direction,
    subject, null as value
from undertakings
union all
select
    'commitments' as entity, row_id, source, kept_at, kind || case kind when 'offer' then ' made' else ' done' end as event, channel,
    'outbound' as direction, subject, null as value
from undertakings
union all
select
    'survey_responses' as entity, row_id, source, sent_at, 'survey sent' as event, null as channel, 'outbound' as direction,
    detail, null as value
from surveys
union all
select
    'survey_responses' as entity, row_id, source, answered_at, 'survey answered' as event, null as channel, 'inbound' as direction,
    detail, score as value
from surveys
where score is not null
union all
select
    'consents' as entity, row_id, source, effective_at, case when granted then 'consent given' else 'consent taken back' end as event,
    channel, 'inbound' as direction, purpose as detail, null as value
from consents
