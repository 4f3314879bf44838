-- One row: what the accounts behind the rows of a period are worth a year; null where there are some and nothing of them is known.
--
-- grain: one row
-- reads: selected_rows, account_worth
-- takes: starts_at, ends_at (both null: undated), worth_before (worth at that moment)
-- note:  an account counts once; who is no customer is worth nothing, which is known
with accounts as (
    select distinct account_id
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
)

select
    case
        when count(*) = 0 or count(*) filter (where coalesce(account_worth.is_known, true)) > 0
            then coalesce(sum(account_worth.value_a_year), 0.0)
    end as value_a_year
from accounts
left join account_worth on accounts.account_id = account_worth.account_id
