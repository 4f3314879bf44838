-- One row per stretch of time: how many were customers at its start or came in it.
--
-- grain: piece_no
-- reads: selected_rows
-- takes: starts, ends (one of each per stretch)
with pieces as (
    select
        unnest(range(1, len($starts) + 1)) as piece_no,
        unnest($starts) as starts_at,
        unnest($ends) as ends_at
),

accounts as (
    select
        pieces.piece_no,
        selected_rows.customer_id
    from selected_rows
    inner join pieces on selected_rows.happened_at < pieces.ends_at
    group by pieces.piece_no, selected_rows.customer_id
    having
        coalesce(sum(selected_rows.customers_change) filter (where selected_rows.happened_at < pieces.starts_at), 0) > 0
        or count(*) filter (where selected_rows.happened_at >= pieces.starts_at and selected_rows.customers_change > 0) > 0
)

select
    pieces.piece_no,
    count(accounts.customer_id) as customers
from pieces
left join accounts on pieces.piece_no = accounts.piece_no
group by pieces.piece_no
order by pieces.piece_no
