-- One row per row of a period, as numbers: whose it is, the places of its groups among their names, and what it is worth.
--
-- grain: none
-- reads: selected_rows
-- takes: starts_at, ends_at (both null: undated), names_1, names_2 (the names that the splits may have: the first is 1, any other 0),
--        wanted (the columns to hand over)
-- note:  the customer's number is negative where nobody knows who it is, 0 where there is none. What is handed over is as narrow as
--        may be: it costs more than finding it; whole is the value where every one is a small whole number
with numbered as (
    select
        coalesce(customer_no, 0) as customer_no,
        cast(coalesce(list_position($names_1, split_1), 0) as smallint) as place_1,
        cast(coalesce(list_position($names_2, split_2), 0) as smallint) as place_2,
        value,
        cast(value as tinyint) as whole,
        happened_at
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
)

select columns(lambda c: list_contains($wanted, c))
from numbered
