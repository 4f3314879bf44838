-- One row per row of a period, in the group in which it is shown, with a number that tells its customer.
--
-- grain: none
-- reads: selected_rows
-- takes: starts_at, ends_at (both null: undated), shown (the groups of split_1 that are told by name, the rest is "other"; null: all)
-- note:  the number is 64 bits of a hash: a narrow key to sum by, never told
select
    case when $shown is null or list_contains($shown, split_1) then coalesce(split_1, 'other') else 'other' end as split_1,
    split_2,
    hash(customer_id) as customer_no,
    is_identified and customer_id is not null as is_known,
    value
from selected_rows
where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
