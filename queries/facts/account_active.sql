-- One row per stretch of time in which an account was active: the moment of a sign of life, or the days on which a contract counts.
--
-- grain:     kind, row_id
-- reads:     account_as_of, account_became, account_contract, account_sign, customer_rule, customers, local_day, workspace_setting
-- dated by:  from_at
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      from the local day on which the account became a customer, as far as it is known; the last moment and day belong to the stretch
with signs as (
    select
        account_sign.account_id,
        account_sign.kind,
        account_sign.row_id,
        account_sign.becomes,
        account_sign.happened_at,
        cast(cast(account_sign.happened_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as day
    from account_sign
    inner join customers
        on account_sign.account_id = customers.customer_id and customers.kind <> 'unidentified'
    cross join account_as_of
    cross join workspace_setting
    where account_sign.happened_at <= account_as_of.as_of
),

terms as (
    select
        account_contract.account_id,
        account_contract.row_id,
        greatest(account_contract.counts_from, account_became.became_on) as from_day,
        least(cast(account_contract.counts_until - interval '1 day' as date), account_as_of.as_of_day) as last_day
    from account_contract
    inner join account_became
        on account_contract.account_id = account_became.account_id and account_contract.counts_until > account_became.became_on
    cross join account_as_of
)

select
    signs.account_id,
    signs.account_id as customer_id,
    signs.kind,
    signs.row_id,
    signs.becomes,
    signs.happened_at as from_at,
    signs.happened_at as last_at,
    signs.day as from_day,
    signs.day as last_day
from signs
inner join account_became
    on signs.account_id = account_became.account_id and signs.day >= account_became.became_on
union all
select
    terms.account_id,
    terms.account_id as customer_id,
    'contract' as kind,
    terms.row_id,
    customer_rule.becomes_by_contract as becomes,
    coalesce(first_day.starts_at, cast(terms.from_day as timestamp)) as from_at,
    least(
        coalesce(last_day.ends_at, cast(terms.last_day + interval '1 day' as timestamp)) - interval '1 microsecond', account_as_of.as_of
    ) as last_at,
    terms.from_day,
    terms.last_day
from terms
cross join account_as_of
cross join customer_rule
left join local_day as first_day
    on terms.from_day = first_day.day
left join local_day as last_day
    on terms.last_day = last_day.day
order by account_id, from_at
