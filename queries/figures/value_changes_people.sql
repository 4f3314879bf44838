-- One row per account that stayed all through and whose value a year clearly rose or fell; the greatest change first.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, percent, rises, chosen (a group of the split; null: all), most, skipped
with accounts as (
    select
        customer_id,
        arg_max(split_1, happened_at) filter (where customers_change >= 0) as split_1,
        sum(case when happened_at < $starts_at then customers_change else 0 end) as here_before,
        sum(case when happened_at < $starts_at then known_change else 0 end) as known_before,
        sum(known_change) as known_after,
        count(*) filter (
            where happened_at >= $starts_at and movement in ('gained', 'returned', 'ended', 'fell_silent')
        ) as interruptions,
        cast(floor(sum(case when happened_at < $starts_at then value_change else 0 end) * 100 + 0.5) as bigint) as cents_before,
        cast(floor(sum(value_change) * 100 + 0.5) as bigint) as cents_after,
        max(happened_at) filter (where movement in ('grown', 'shrunk')) as happened_at,
        arg_max(segment, happened_at) filter (where customers_change >= 0) as segment,
        max(region) as region
    from selected_rows
    where happened_at < $ends_at
    group by customer_id
    having here_before > 0 and sum(customers_change) > 0 and interruptions = 0
)

select
    accounts.customer_id,
    accounts.customer_id as account_id,
    customers.name,
    accounts.happened_at,
    cast(accounts.cents_before as double) / 100 as value_before,
    cast(accounts.cents_after as double) / 100 as value_after,
    cast(accounts.cents_after - accounts.cents_before as double) / 100 as value,
    accounts.customer_id as subject,
    'from ' || cast(cast(accounts.cents_before as decimal(20, 2)) / 100 as decimal(20, 2)) || ' to '
    || cast(cast(accounts.cents_after as decimal(20, 2)) / 100 as decimal(20, 2)) || ' a year' as because,
    accounts.segment,
    accounts.region
from accounts
left join customers on accounts.customer_id = customers.customer_id
where
    accounts.known_before > 0
    and accounts.known_after > 0
    and ($chosen is null or accounts.split_1 = $chosen)
    and case
        when $rises then (accounts.cents_after - accounts.cents_before) * 100 > accounts.cents_before * $percent
        else (accounts.cents_before - accounts.cents_after) * 100 > accounts.cents_before * $percent
    end
order by abs(accounts.cents_after - accounts.cents_before) desc, accounts.customer_id
limit $most offset $skipped
