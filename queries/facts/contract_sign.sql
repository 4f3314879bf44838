-- One row per account ever under contract, local day and kind of sign that it may stay or go: how many of them, and the last answer.
--
-- grain:     account_id, day, kind
-- reads:     account_contract, account_order, customer_of, fct_case, fct_promise, fct_survey_response, interactions, workspace_setting
-- dated by:  day
-- judged by: cases, case_events, commitments, survey_responses, interactions, orders
-- note:      each on the day on which we knew of it: a promise when it broke, an answer when it was given, a request when it was opened and solved;
--            a confidential answer belongs to nobody who could be found, and one that a later answer replaced was known until then;
--            whether a request is spam, and of which kind it is, is as told last
with told as (
    select account_id, opened_at as happened_at, 'request' as kind, cast(null as double) as points
    from fct_case
    where is_counted
    union all
    select account_id, opened_at as happened_at, 'complaint' as kind, cast(null as double) as points
    from fct_case
    where is_counted and is_complaint
    union all
    select account_id, resolved_at as happened_at, 'solved' as kind, cast(null as double) as points
    from fct_case
    where is_counted and resolved_at >= opened_at
    union all
    select account_id, decided_at as happened_at, 'broken' as kind, cast(null as double) as points
    from fct_promise
    where is_decided and not was_kept
    union all
    select account_id, answered_at as happened_at, 'answer' as kind, nps_points as points
    from fct_survey_response
    where is_answered and nps_points is not null
    union all
    select customer_of.account_id, interactions.happened_at, 'contact' as kind, cast(null as double) as points
    from interactions
    inner join customer_of
        on interactions.row_id = customer_of.row_id and customer_of.entity = 'interactions'
    where interactions.direction in ('inbound', 'self')
    union all
    select account_id, ordered_at as happened_at, 'order' as kind, cast(null as double) as points
    from account_order
    where is_purchase
),

accounts as (
    select distinct account_id
    from account_contract
),

dated as (
    select
        told.account_id,
        cast(cast(told.happened_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day,
        told.kind,
        told.points
    from told
    inner join accounts
        on told.account_id = accounts.account_id
    cross join workspace_setting
)

select account_id, day, kind, cast(count(*) as integer) as signs, avg(points) as points
from dated
where day is not null
group by account_id, day, kind
