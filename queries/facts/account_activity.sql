-- One row per account and local day with a sign of life; the most telling one of the day stands for it.
--
-- grain:     account_id, day
-- reads:     account_as_of, account_sign, customers, workspace_setting
-- dated by:  day
-- judged by: orders, opportunities, stage_changes, interactions
with dated as (
    select
        account_sign.account_id,
        cast(cast(account_sign.happened_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day,
        account_sign.happened_at,
        account_sign.kind_no,
        account_sign.kind,
        account_sign.subject,
        account_sign.row_id,
        case when account_sign.becomes then 1 else 0 end as becomes
    from account_sign
    inner join customers
        on account_sign.account_id = customers.customer_id and customers.kind <> 'unidentified'
    cross join account_as_of
    cross join workspace_setting
    where account_sign.happened_at <= account_as_of.as_of
),

ranked as (
    select
        account_id,
        day,
        kind,
        subject,
        row_id,
        becomes,
        row_number() over (partition by account_id, day order by becomes desc, kind_no, happened_at, row_id) as nth
    from dated
)

select account_id, day, kind, subject, row_id, becomes = 1 as becomes
from ranked
where nth = 1
