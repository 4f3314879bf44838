-- One row per piece of time, group and stage: who was there at its start and end, and who came and went between; and per piece in all.
--
-- grain: at_piece, split_1, stage_no
-- reads: selected_rows
-- takes: names, starts, ends (one of each per piece of time, in order, without gaps), most (groups shown of split_1)
-- note:  opening + entered - moved on - left by exit - left idle = closing, by construction: what there is at an instant is the sum of
--        all comings and goings before it. In all, stage_no being null: people once, whatever
--        stages they came to or went from. place: the group's by size
with pieces as (
    select
        unnest(range(1, len($names) + 1)) as piece_no,
        unnest($names) as at_piece,
        unnest($starts) as starts_at
),

stays as (
    select
        split_1,
        stage_no,
        customer_id,
        entered_at,
        left_at,
        left_by,
        previous_entered_at
    from selected_rows
    where is_identified and entered_at < list_max($ends)
),

sizes as (
    select
        split_1,
        case when split_1 <> 'unknown' then row_number() over (order by split_1 = 'unknown', count(*) desc, split_1) end as place
    from stays
    where left_at is null or left_at >= list_min($starts)
    group by split_1
),

shown as (
    select
        case when sizes.place > $most then 'other' else stays.split_1 end as split_1,
        sizes.place,
        stays.stage_no,
        stays.customer_id,
        stays.entered_at,
        stays.left_at,
        stays.left_by,
        stays.previous_entered_at
    from stays
    inner join sizes on stays.split_1 = sizes.split_1
    where stays.left_at is null or stays.left_at >= list_min($starts)
),

earlier as (
    select
        split_1,
        stage_no,
        min(place) as place,
        count(*) filter (where entered_at < list_min($starts)) as opening
    from shown
    group by split_1, stage_no
),

came as (
    select
        shown.split_1,
        shown.stage_no,
        pieces.piece_no,
        count(*) as entered,
        count(distinct shown.customer_id) as entered_people,
        count(*) filter (where shown.previous_entered_at is not null) as re_entered,
        count(distinct shown.customer_id) filter (where shown.previous_entered_at is not null) as re_entered_people
    from shown
    asof join pieces on shown.entered_at >= pieces.starts_at
    where shown.entered_at >= list_min($starts)
    group by grouping sets ((shown.split_1, shown.stage_no, pieces.piece_no), (pieces.piece_no))
),

goings as (
    select
        shown.split_1,
        shown.stage_no,
        pieces.piece_no,
        shown.customer_id,
        shown.left_by,
        date_diff('second', date_trunc('second', shown.entered_at), date_trunc('second', shown.left_at)) as seconds
    from shown
    asof join pieces on shown.left_at >= pieces.starts_at
    where shown.left_at >= list_min($starts) and shown.left_at < list_max($ends)
),

went as (
    select
        split_1,
        stage_no,
        piece_no,
        count(*) as gone,
        count(distinct customer_id) as gone_people,
        count(*) filter (where left_by = 'moved on') as moved_on,
        count(distinct customer_id) filter (where left_by = 'moved on') as moved_on_people,
        count(*) filter (where left_by <> 'moved on') as went_away,
        count(distinct customer_id) filter (where left_by <> 'moved on') as went_away_people,
        count(*) filter (where left_by = 'exit') as left_exit,
        count(distinct customer_id) filter (where left_by = 'exit') as left_exit_people,
        count(*) filter (where left_by = 'idle') as left_idle,
        count(distinct customer_id) filter (where left_by = 'idle') as left_idle_people
    from goings
    group by grouping sets ((split_1, stage_no, piece_no), (piece_no))
),

spent as (
    select
        split_1,
        stage_no,
        piece_no,
        count(*) as time_people,
        quantile_cont(seconds, 0.5) as median_seconds,
        avg(seconds) as mean_seconds,
        quantile_cont(seconds, 0.9) as p90_seconds
    from (
        select split_1, stage_no, piece_no, customer_id, sum(seconds) as seconds
        from goings
        group by split_1, stage_no, piece_no, customer_id
    )
    group by split_1, stage_no, piece_no
),

grid as (
    select
        earlier.split_1,
        earlier.stage_no,
        earlier.place,
        earlier.opening,
        pieces.piece_no,
        pieces.at_piece
    from earlier
    cross join pieces
)

select
    grid.at_piece,
    grid.piece_no,
    grid.split_1,
    grid.stage_no,
    grid.place,
    cast(grid.opening + coalesce(sum(coalesce(came.entered, 0) - coalesce(went.gone, 0)) over earlier_pieces, 0) as bigint) as opening,
    columns(came.* exclude (split_1, stage_no, piece_no)),
    columns(went.* exclude (split_1, stage_no, piece_no)),
    columns(spent.* exclude (split_1, stage_no, piece_no)),
    cast(grid.opening + sum(coalesce(came.entered, 0) - coalesce(went.gone, 0)) over upto as bigint) as closing
from grid
left join came on grid.split_1 = came.split_1 and grid.stage_no = came.stage_no and grid.piece_no = came.piece_no
left join went on grid.split_1 = went.split_1 and grid.stage_no = went.stage_no and grid.piece_no = went.piece_no
left join spent on grid.split_1 = spent.split_1 and grid.stage_no = spent.stage_no and grid.piece_no = spent.piece_no
window
    upto as (partition by grid.split_1, grid.stage_no order by grid.piece_no rows between unbounded preceding and current row),
    earlier_pieces as (partition by grid.split_1, grid.stage_no order by grid.piece_no rows between unbounded preceding and 1 preceding)
union all by name
select
    pieces.at_piece,
    pieces.piece_no,
    columns(came.* exclude (split_1, stage_no, piece_no)),
    columns(went.* exclude (split_1, stage_no, piece_no))
from pieces
left join came on pieces.piece_no = came.piece_no and came.stage_no is null
left join went on pieces.piece_no = went.piece_no and went.stage_no is null
order by piece_no, split_1, stage_no
