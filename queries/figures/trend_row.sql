-- One row per row of a piece of time, in the group in which it is shown, with a number that tells its customer.
--
-- grain: none
-- reads: selected_rows
-- takes: names, starts, ends (one of each per piece of time, in order), shown (as for the rollup)
-- note:  pieces follow each other without a gap, so the latest that has begun is the one that holds a row
with pieces as (
    select
        unnest($names) as at_piece,
        unnest($starts) as starts_at,
        unnest($ends) as ends_at
)

select
    pieces.at_piece,
    case when $shown is null or list_contains($shown, selected_rows.split_1) then coalesce(selected_rows.split_1, 'other') else 'other' end as split_1,
    selected_rows.split_2,
    hash(selected_rows.customer_id) as customer_no,
    selected_rows.is_identified and selected_rows.customer_id is not null as is_known,
    selected_rows.value
from selected_rows
asof join pieces on selected_rows.happened_at >= pieces.starts_at
where
    selected_rows.happened_at >= list_min($starts)
    and selected_rows.happened_at < list_max($ends)
    and selected_rows.happened_at < pieces.ends_at
