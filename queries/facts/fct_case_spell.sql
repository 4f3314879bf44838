-- One row per stretch in which a request was not solved; a request opened again has a further one.
--
-- grain:     spell_id
-- reads:     account_company, case_status, cases, customer_of, customers, entity_as_of, segment_at
-- dated by:  from_at
-- carries:   stage
-- judged by: cases, case_events
-- note:      unsolved at an instant t: from_at <= t, and until_at is later or empty, which it is while the request is unsolved at as_of
with judged as (
    select min(as_of) as as_of
    from entity_as_of
    where entity in ('cases', 'case_events')
),

marked as (
    select
        case_row_id,
        from_at,
        until_at,
        is_solved,
        case
            when lag(is_solved) over (partition by case_row_id order by from_at) = is_solved then 0
            else 1
        end as is_turn
    from case_status
),

numbered as (
    select
        case_row_id,
        from_at,
        until_at,
        is_solved,
        sum(is_turn) over (partition by case_row_id order by from_at rows between unbounded preceding and current row) as turn_no
    from marked
),

stretches as (
    select
        case_row_id,
        min(from_at) as from_at,
        case when count(until_at) = count(*) then max(until_at) end as until_at
    from numbered
    where not is_solved
    group by case_row_id, turn_no
),

spells as (
    select
        case_row_id,
        from_at,
        until_at,
        row_number() over (partition by case_row_id order by from_at) as spell_no
    from stretches
)

select
    spells.case_row_id || ':' || cast(spells.spell_no as varchar) as spell_id,
    spells.case_row_id as row_id,
    cases.case_id,
    cast(spells.spell_no as integer) as spell_no,
    customer_of.customer_id,
    customer_of.account_id,
    cases.opened_at,
    spells.from_at,
    spells.until_at,
    cases.kind,
    cases.kind = 'complaint' as is_complaint,
    cases.merged_into is null and not coalesce(cases.is_spam, false) as is_counted,
    cases.channel,
    coalesce(cases.priority, 'unknown') as priority,
    coalesce(cases.category, 'unknown') as category,
    coalesce(cases.team, 'unknown') as team,
    judged.as_of,
    cases.case_id as subject,
    replace(cases.kind, 'other', 'request')
    || case when spells.spell_no > 1 then ' opened again' else ' opened' end
    || case when spells.until_at is null then ', not solved yet' else ', then solved' end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    coalesce(account_company.company, 'no company') as company
from spells
inner join cases on cases.row_id = spells.case_row_id
cross join judged
inner join customer_of on customer_of.entity = 'cases' and customer_of.row_id = spells.case_row_id
inner join customers on customers.customer_id = customer_of.customer_id
left join account_company on account_company.account_id = customer_of.account_id
left join segment_at
    on segment_at.account_id = customer_of.account_id
    and spells.from_at >= segment_at.from_at
    and spells.from_at < segment_at.until_at
