-- One row per group: how many rows hit their customer, how many customers, and what those customers' accounts are worth a year.
--
-- grain: split_1, split_2
-- reads: selected_rows, account_worth
-- takes: starts_at, ends_at (both null: undated), most (groups shown of split_1; the rest is one group), worth_before (worth at that moment)
-- note:  an account counts once in a group; who is no customer is worth nothing, which is known
with counted as (
    select split_1, split_2, customer_id, account_id, is_identified, value > 0 as is_hit
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
),

sizes as (
    select split_1, row_number() over (order by count(*) desc, split_1) as place
    from counted
    where split_1 <> 'unknown'
    group by split_1
),

hits as (
    select
        case when counted.split_1 = 'unknown' or sizes.place <= $most then counted.split_1 else 'other' end as split_1,
        counted.split_2,
        counted.customer_id,
        counted.account_id,
        counted.is_identified
    from counted
    left join sizes on counted.split_1 = sizes.split_1
    where counted.is_hit
),

accounts as (
    select split_1, split_2, account_id
    from hits
    group by split_1, split_2, account_id
),

valued as (
    select
        accounts.split_1,
        accounts.split_2,
        count(*) as accounts,
        count(*) filter (where coalesce(account_worth.is_known, true)) as known_accounts,
        coalesce(sum(account_worth.value_a_year), 0.0) as value_a_year
    from accounts
    left join account_worth on accounts.account_id = account_worth.account_id
    group by accounts.split_1, accounts.split_2
),

people as (
    select split_1, split_2, count(*) as hits, count(distinct customer_id) filter (where is_identified) as customers
    from hits
    group by split_1, split_2
)

select
    people.split_1,
    people.split_2,
    people.hits,
    people.customers,
    valued.accounts,
    valued.known_accounts,
    valued.value_a_year
from people
inner join valued on people.split_1 = valued.split_1 and people.split_2 = valued.split_2
order by people.hits desc, people.split_1, people.split_2
