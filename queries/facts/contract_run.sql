-- One row per account and run of local days under contract, one contract after the other without a gap longer than the grace.
--
-- grain:     account_id, run_no
-- reads:     account_as_of, account_contract
-- dated by:  began_on
-- judged by: contracts
-- note:      lost_on is the day on which the grace was over, ended_on the end that it had waited for; both empty while it may go on
with followed as (
    select
        account_id,
        row_id,
        counts_from,
        counts_until,
        over_on,
        max(counts_until) over (
            partition by account_id order by counts_from, counts_until, row_id rows between unbounded preceding and 1 preceding
        ) as covered_until
    from account_contract
),

numbered as (
    select
        account_id,
        counts_from,
        counts_until,
        over_on,
        sum(case when covered_until is null or covered_until < counts_from then 1 else 0 end) over (
            partition by account_id order by counts_from, counts_until, row_id rows between unbounded preceding and current row
        ) as run_no
    from followed
),

runs as (
    select
        account_id,
        cast(run_no as bigint) as run_no,
        min(counts_from) as began_on,
        max(over_on) as over_on,
        max(counts_until) as lost_on
    from numbered
    group by account_id, run_no
)

select
    runs.account_id,
    runs.run_no,
    runs.began_on,
    case when runs.lost_on <= account_as_of.as_of_day then runs.over_on end as ended_on,
    case when runs.lost_on <= account_as_of.as_of_day then runs.lost_on end as lost_on
from runs
cross join account_as_of
