-- One row per piece of time and group: the customers and the value a year at its start and end, and what came and went between.
--
-- grain: at_piece, split_1
-- reads: selected_rows
-- takes: names, starts, ends (one of each per piece of time, in order, without gaps), with_moves (moves count as comings and goings)
-- note:  what there is at an instant is the sum of all changes before it, so every row adds up by construction;
--        a flow counts what happened, and beside it the customers to whom it happened
with pieces as (
    select
        unnest(range(1, len($names) + 1)) as piece_no,
        unnest($names) as at_piece,
        unnest($starts) as starts_at
),

earlier as (
    select
        split_1,
        sum(customers_change) as customers_change,
        sum(value_change) as value_change,
        sum(known_change) as known_change
    from selected_rows
    where happened_at < list_min($starts)
    group by split_1
),

moved as (
    select
        selected_rows.split_1,
        pieces.piece_no,
        selected_rows.movement,
        selected_rows.customer_id,
        selected_rows.returned_after,
        selected_rows.customers_change,
        selected_rows.value_change,
        selected_rows.known_change,
        selected_rows.movement in ('gained', 'returned', 'ended', 'fell_silent')
        or ($with_moves and selected_rows.movement in ('moved_in', 'moved_out')) as is_coming_or_going
    from selected_rows
    asof join pieces on selected_rows.happened_at >= pieces.starts_at
    where selected_rows.happened_at >= list_min($starts) and selected_rows.happened_at < list_max($ends)
),

by_account as (
    select
        split_1,
        piece_no,
        movement,
        customer_id,
        any_value(is_coming_or_going) as is_coming_or_going,
        count(*) as n,
        count(*) filter (where returned_after = 'ended') as after_ended,
        count(*) filter (where returned_after = 'silence') as after_silence,
        sum(customers_change) as customers_change,
        sum(value_change) as value_change,
        sum(known_change) as known_change
    from moved
    group by split_1, piece_no, movement, customer_id
),

flows as (
    select
        split_1,
        piece_no,
        sum(customers_change) as customers_change,
        sum(value_change) as value_change,
        sum(known_change) as known_change,
        sum(n) filter (where is_coming_or_going) as n,
        count(distinct customer_id) filter (where is_coming_or_going) as customers,
        count(distinct customer_id) filter (where movement in ('ended', 'fell_silent')) as lost_customers,
        sum(after_ended) filter (where movement = 'returned') as returned_after_ended,
        sum(after_silence) filter (where movement = 'returned') as returned_after_silence,
        sum(n) filter (where movement = 'gained') as gained,
        sum(n) filter (where movement = 'returned') as returned,
        sum(n) filter (where movement = 'ended') as ended,
        sum(n) filter (where movement = 'fell_silent') as fell_silent,
        sum(n) filter (where movement = 'moved_in') as moved_in,
        sum(n) filter (where movement = 'moved_out') as moved_out,
        sum(n) filter (where movement = 'grown') as grown,
        sum(n) filter (where movement = 'shrunk') as shrunk,
        count(*) filter (where movement = 'gained') as gained_customers,
        count(*) filter (where movement = 'returned') as returned_customers,
        count(*) filter (where movement = 'ended') as ended_customers,
        count(*) filter (where movement = 'fell_silent') as fell_silent_customers,
        count(*) filter (where movement = 'moved_in') as moved_in_customers,
        count(*) filter (where movement = 'moved_out') as moved_out_customers,
        count(*) filter (where movement = 'grown') as grown_customers,
        count(*) filter (where movement = 'shrunk') as shrunk_customers,
        sum(value_change) filter (where movement = 'gained') as gained_value,
        sum(value_change) filter (where movement = 'returned') as returned_value,
        sum(value_change) filter (where movement = 'ended') as ended_value,
        sum(value_change) filter (where movement = 'fell_silent') as fell_silent_value,
        sum(value_change) filter (where movement = 'moved_in') as moved_in_value,
        sum(value_change) filter (where movement = 'moved_out') as moved_out_value,
        sum(value_change) filter (where movement = 'grown') as grown_value,
        sum(value_change) filter (where movement = 'shrunk') as shrunk_value
    from by_account
    group by split_1, piece_no
),

groups as (
    select split_1 from earlier
    union
    select split_1 from flows
),

grid as (
    select
        groups.split_1,
        pieces.piece_no,
        pieces.at_piece
    from groups
    cross join pieces
),

told as (
    select
        grid.split_1,
        grid.piece_no,
        grid.at_piece,
        columns(flows.* exclude (split_1, piece_no)),
        coalesce(earlier.customers_change, 0) + coalesce(sum(flows.customers_change) over upto, 0) as closing,
        coalesce(earlier.value_change, 0) + coalesce(sum(flows.value_change) over upto, 0) as closing_value,
        coalesce(earlier.known_change, 0) + coalesce(sum(flows.known_change) over upto, 0) as closing_known
    from grid
    left join flows on grid.split_1 = flows.split_1 and grid.piece_no = flows.piece_no
    left join earlier on grid.split_1 = earlier.split_1
    window upto as (partition by grid.split_1 order by grid.piece_no)
)

select
    columns(told.* exclude (piece_no)),
    closing - coalesce(customers_change, 0) as opening,
    closing_value - coalesce(value_change, 0) as opening_value
from told
order by piece_no, closing desc, split_1
