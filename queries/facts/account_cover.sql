-- One row per run of local days on which something makes an account a customer.
--
-- grain:     account_id, is_contract, row_id
-- reads:     account_activity, account_became, account_contract, account_segment, customer_rule, lapse_rule
-- dated by:  from_day
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      a sign of life covers the days until silence would be a loss, but none where a contract already counts; nothing counts before the account became a customer
with timeline as (
    select account_id, counts_from as day, 0 as sort_no, row_id, counts_until, cast(null as varchar) as kind, cast(null as varchar) as subject
    from account_contract
    union all
    select account_id, day, 1 as sort_no, row_id, cast(null as date) as counts_until, kind, subject
    from account_activity
),

beside as (
    select
        account_id,
        day,
        sort_no,
        row_id,
        kind,
        subject,
        max(counts_until) over (
            partition by account_id order by day, sort_no, row_id rows between unbounded preceding and current row
        ) as contract_until
    from timeline
),

lapses as (
    select account_segment.account_id, account_segment.from_day, account_segment.until_day, lapse_rule.lapse_after_days
    from account_segment
    inner join lapse_rule
        on account_segment.segment = lapse_rule.segment
)

select
    account_contract.account_id,
    true as is_contract,
    'contract' as kind,
    account_contract.row_id,
    account_contract.contract_id as subject,
    coalesce(account_contract.end_reason, 'unknown') as reason,
    greatest(account_contract.counts_from, account_became.became_on) as from_day,
    account_contract.counts_until as until_day,
    account_contract.over_on
from account_contract
inner join account_became
    on account_contract.account_id = account_became.account_id
where account_contract.counts_until > account_became.became_on
union all
select
    beside.account_id,
    false as is_contract,
    beside.kind,
    beside.row_id,
    beside.subject,
    'unknown' as reason,
    beside.day as from_day,
    beside.day + coalesce(lapses.lapse_after_days, customer_rule.lapse_after_days) as until_day,
    cast(null as date) as over_on
from beside
inner join account_became
    on beside.account_id = account_became.account_id
cross join customer_rule
left join lapses
    on beside.account_id = lapses.account_id and beside.day >= lapses.from_day and beside.day < lapses.until_day
where
    beside.sort_no = 1
    and beside.day >= account_became.became_on
    and (beside.contract_until is null or beside.contract_until <= beside.day)
