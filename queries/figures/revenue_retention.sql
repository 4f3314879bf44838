-- One row per group of the accounts under contract at the opening: how many are at the closing, and what became of what they bring in a year.
--
-- grain: split_1
-- reads: selected_rows, fct_contract_value
-- takes: opening_day, closing_day (local days), of_known (only accounts of which both values are known)
-- note:  in whole cents, so that opening − lost − shrunk + grown = closing exactly; an account whose value is not known adds no cents;
--        the closing is taken from all rows: a customer who moved to another segment stays with the group of the opening
with opening as (
    select account_id, split_1, cents, is_known
    from selected_rows
    where from_day <= $opening_day and until_day > $opening_day
),

closing as (
    select account_id, cents, is_known
    from fct_contract_value
    where from_day <= $closing_day and until_day > $closing_day
),

pairs as (
    select
        opening.split_1,
        closing.account_id is not null as is_kept,
        opening.is_known and coalesce(closing.is_known, true) as is_known,
        cast(opening.cents as hugeint) as before_cents,
        cast(coalesce(closing.cents, 0) as hugeint) as after_cents
    from opening
    left join closing on opening.account_id = closing.account_id
),

valued as (
    select
        split_1,
        is_kept,
        is_known,
        case when is_known then before_cents else 0 end as before_cents,
        case when is_known then after_cents else 0 end as after_cents,
        case when is_known then least(before_cents, after_cents) else 0 end as held_cents
    from pairs
    where is_known or not $of_known
)

select
    split_1,
    count(*) as accounts,
    count(*) filter (where not is_known) as unknown,
    count(*) filter (where is_kept) as kept,
    count(*) filter (where is_kept and after_cents < before_cents) as shrunk,
    count(*) filter (where is_kept and after_cents > before_cents) as grown,
    cast(sum(before_cents) as bigint) as opening_cents,
    cast(coalesce(sum(before_cents) filter (where not is_kept), 0) as bigint) as lost_cents,
    cast(coalesce(sum(before_cents - after_cents) filter (where is_kept and after_cents < before_cents), 0) as bigint) as shrunk_cents,
    cast(coalesce(sum(after_cents - before_cents) filter (where after_cents > before_cents), 0) as bigint) as grown_cents,
    cast(sum(after_cents) as bigint) as closing_cents,
    cast(sum(held_cents) as bigint) as held_cents,
    cast(sum(before_cents * before_cents) as double) as before_squares,
    cast(sum(after_cents * after_cents) as double) as after_squares,
    cast(sum(after_cents * before_cents) as double) as after_products,
    cast(sum(held_cents * held_cents) as double) as held_squares,
    cast(sum(held_cents * before_cents) as double) as held_products
from valued
group by split_1
order by accounts desc, split_1
