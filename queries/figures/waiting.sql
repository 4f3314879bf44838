-- One row per group: the customers who wait past a promise now, their accounts, and what these are worth a year.
--
-- grain: split_1
-- reads: selected_rows, account_worth
-- takes: most (groups shown; the rest is one group, unknown stays apart), worth_before (worth at that moment)
-- note:  an account is worth something once in a group, however many of its people wait; an account that is no customer is worth nothing
with sizes as (
    select
        split_1,
        row_number() over (order by count(distinct customer_id) desc, split_1) as place
    from selected_rows
    where is_identified and split_1 <> 'unknown'
    group by split_1
),

waiting as (
    select
        case when selected_rows.split_1 = 'unknown' or sizes.place <= $most then selected_rows.split_1 else 'other' end as split_1,
        selected_rows.customer_id,
        selected_rows.account_id,
        count(*) as promises
    from selected_rows
    left join sizes on selected_rows.split_1 = sizes.split_1
    where selected_rows.is_identified
    group by all
),

accounts as (
    select
        split_1,
        account_id,
        count(distinct customer_id) as customers,
        sum(promises) as promises
    from waiting
    group by split_1, account_id
)

select
    accounts.split_1,
    cast(sum(accounts.customers) as bigint) as n,
    cast(sum(accounts.promises) as bigint) as promises,
    count(*) as accounts,
    count(*) filter (where account_worth.is_customer) as valued,
    count(*) filter (where account_worth.is_customer and account_worth.is_known) as known,
    coalesce(sum(account_worth.value_a_year), 0.0) as value_a_year
from accounts
left join account_worth on accounts.account_id = account_worth.account_id
group by accounts.split_1
order by n desc, accounts.split_1
