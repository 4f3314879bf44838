-- One row per survey response: what the customer's account brought in a year on the day of the answer.
--
-- grain:     row_id
-- reads:     account_change, response_state, workspace_setting
-- dated by:  happened_at
-- judged by: survey_responses, orders, contracts
-- note:      an account that brought nothing yet is worth nothing; without a rate the value is not known
with runs as (
    select
        account_id,
        day as from_day,
        lead(day) over (partition by account_id order by day) as until_day,
        cents,
        is_known
    from account_change
),

answers as (
    select
        response_state.row_id,
        response_state.account_id,
        response_state.happened_at,
        cast(cast(response_state.happened_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day
    from response_state
    cross join workspace_setting
)

select
    answers.row_id,
    answers.happened_at,
    case when coalesce(runs.is_known, true) then cast(coalesce(runs.cents, 0) as double) / 100 end as value_a_year
from answers
left join runs
    on answers.account_id = runs.account_id
    and answers.day >= runs.from_day
    and (runs.until_day is null or answers.day < runs.until_day)
