-- One row per group and part: accounts there at the start, and new ones by how they came, with their value a year at start and end.
--
-- grain: split_1, part
-- reads: account_origin, selected_rows
-- takes: starts_at, ends_at
-- note:  in whole cents; who was there stands in the group of the start, who is new in that of the end; accounts whose value is not known in full
--        where it is compared are counted apart
with accounts as (
    select
        customer_id,
        coalesce(sum(customers_change) filter (where happened_at < $starts_at), 0) > 0 as was_there,
        sum(customers_change) > 0 as is_there,
        count(*) filter (where happened_at >= $starts_at and movement = 'gained') > 0 as is_new,
        coalesce(sum(known_change) filter (where happened_at < $starts_at), 0) > 0 as was_known,
        sum(known_change) > 0 as is_known,
        cast(floor(coalesce(sum(value_change) filter (where happened_at < $starts_at), 0) * 100 + 0.5) as bigint) as cents_before,
        cast(floor(sum(value_change) * 100 + 0.5) as bigint) as cents_after,
        arg_max(split_1, happened_at) filter (where happened_at < $starts_at and customers_change >= 0) as group_before,
        arg_max(split_1, happened_at) filter (where customers_change >= 0) as group_after
    from selected_rows
    where happened_at < $ends_at
    group by customer_id
),

parts as (
    select
        case when accounts.was_there then accounts.group_before else accounts.group_after end as split_1,
        case
            when accounts.was_there then 'there'
            when not accounts.is_new then 'returned'
            else coalesce(account_origin.origin, 'unknown')
        end as part,
        case
            when accounts.was_there then accounts.was_known and (accounts.is_known or not accounts.is_there)
            else accounts.is_known
        end as is_known,
        accounts.cents_before,
        accounts.cents_after
    from accounts
    left join account_origin on accounts.customer_id = account_origin.customer_id
    where accounts.was_there or accounts.is_there
)

select
    split_1,
    part,
    count(*) as n,
    count(*) filter (where is_known) as known,
    coalesce(sum(cents_before) filter (where is_known), 0) as cents_before,
    coalesce(sum(cents_after) filter (where is_known), 0) as cents_after
from parts
group by split_1, part
order by split_1, part
