-- One row per account and local day on which its contracts are looked at: each month's start, and the day of as_of.
--
-- grain:     account_id, day
-- reads:     account_as_of, account_contract, contract_run, local_day
-- dated by:  day
-- judged by: contracts
-- note:      only days on which a contract was in force: in the grace nobody can leave any more; nothing here knows when a contract will end
with days as (
    select distinct local_day.month_start as day
    from local_day
    cross join account_as_of
    where local_day.month_start < account_as_of.as_of_day
    union all
    select as_of_day as day
    from account_as_of
),

in_force as (
    select
        account_contract.account_id,
        days.day,
        count(*) as contracts,
        sum(account_contract.cents) as cents,
        sum(case when account_contract.cents is null then 1 else 0 end) as unknown_values
    from account_contract
    inner join days
        on days.day >= account_contract.counts_from and days.day < account_contract.over_on
    group by account_contract.account_id, days.day
)

select
    in_force.account_id,
    in_force.day,
    in_force.day = account_as_of.as_of_day as is_now,
    cast(in_force.contracts as integer) as contracts,
    case when in_force.unknown_values = 0 then cast(in_force.cents as double) / 100 end as value_a_year,
    date_diff('day', contract_run.began_on, in_force.day) as tenure_days,
    contract_run.run_no > 1 as has_returned,
    contract_run.began_on,
    contract_run.ended_on
from in_force
cross join account_as_of
inner join contract_run
    on in_force.account_id = contract_run.account_id
    and in_force.day >= contract_run.began_on
    and (contract_run.lost_on is null or in_force.day < contract_run.lost_on)
