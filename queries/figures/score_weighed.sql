-- One row per group: its accounts, each with the mean of its answers and a weight, in the sums that a weighted mean is made of.
--
-- grain: split_1, split_2
-- reads: selected_rows
-- takes: starts_at, ends_at (both null: undated), most (groups shown of split_1; the rest is one group), by_value (an account weighs
--        what it brought in a year at its latest answer: nothing where that is not known; else each weighs the same)
with counted as (
    select
        split_1,
        split_2,
        account_id,
        customer_id,
        is_identified,
        value,
        value_a_year,
        happened_at,
        row_id
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
),

sizes as (
    select
        split_1,
        row_number() over (order by count(*) desc, split_1) as place
    from counted
    where split_1 <> 'unknown'
    group by split_1
),

grouped as (
    select
        counted.* exclude (split_1),
        case when counted.split_1 = 'unknown' or sizes.place <= $most then counted.split_1 else 'other' end as split_1
    from counted
    left join sizes on counted.split_1 = sizes.split_1
),

heads as (
    select
        split_1,
        split_2,
        count(*) as n,
        count(distinct customer_id) filter (where is_identified) as customers
    from grouped
    group by split_1, split_2
),

accounts as (
    select
        split_1,
        split_2,
        account_id,
        avg(value) as points,
        case
            when $by_value then greatest(coalesce(arg_max(coalesce(value_a_year, 0), (coalesce(happened_at, timestamp '1970-01-01'), row_id)), 0), 0)
            else 1
        end as weight
    from grouped
    group by split_1, split_2, account_id
)

select
    accounts.split_1,
    accounts.split_2,
    heads.n,
    heads.customers,
    count(*) as accounts,
    count(*) filter (where accounts.weight > 0) as weighed,
    sum(accounts.weight) as weight,
    sum(accounts.weight * accounts.points) as total,
    sum(accounts.weight * accounts.weight) as weight_squares,
    sum(accounts.weight * accounts.weight * accounts.points) as weight_products,
    sum(accounts.weight * accounts.weight * accounts.points * accounts.points) as total_squares
from accounts
inner join heads
    on accounts.split_1 is not distinct from heads.split_1 and accounts.split_2 is not distinct from heads.split_2
group by accounts.split_1, accounts.split_2, heads.n, heads.customers
order by heads.n desc, accounts.split_1, accounts.split_2
