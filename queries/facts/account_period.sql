-- One row per run of local days in which an account was a customer: how it began and how it ended.
--
-- grain:     account_id, period_no
-- reads:     account_as_of, account_cover
-- dated by:  began_on
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      lost_on is the first day without cover, empty while that day has not come; 'ended' when the last cover was a contract's, else 'silence'
with runs as (
    select
        account_id,
        is_contract,
        kind,
        row_id,
        subject,
        reason,
        from_day,
        until_day,
        over_on,
        max(until_day) over (
            partition by account_id order by from_day, until_day, is_contract, row_id rows between unbounded preceding and 1 preceding
        ) as covered_until
    from account_cover
),

numbered as (
    select
        account_id,
        is_contract,
        kind,
        row_id,
        subject,
        reason,
        from_day,
        until_day,
        over_on,
        sum(case when covered_until is null or covered_until < from_day then 1 else 0 end) over (
            partition by account_id order by from_day, until_day, is_contract, row_id rows between unbounded preceding and current row
        ) as period_no
    from runs
),

ranked as (
    select
        account_id,
        period_no,
        is_contract,
        kind,
        row_id,
        subject,
        reason,
        from_day,
        until_day,
        over_on,
        row_number() over (partition by account_id, period_no order by from_day, is_contract, row_id) as nth,
        row_number() over (
            partition by account_id, period_no
            order by until_day desc, case when is_contract then 0 else 1 end, case when reason = 'unknown' then 1 else 0 end, subject, row_id
        ) as nth_last
    from numbered
)

select
    began.account_id,
    cast(began.period_no as bigint) as period_no,
    began.from_day as began_on,
    began.kind as began_with,
    began.subject as began_subject,
    case when last.until_day <= account_as_of.as_of_day then last.until_day end as lost_on,
    case when last.is_contract then 'ended' else 'silence' end as lost_by,
    case when last.is_contract then last.reason else 'unknown' end as lost_reason,
    last.kind as lost_kind,
    last.subject as lost_subject,
    coalesce(last.over_on, last.from_day) as last_sign_on
from ranked as began
inner join ranked as last
    on began.account_id = last.account_id and began.period_no = last.period_no and last.nth_last = 1
cross join account_as_of
where began.nth = 1
