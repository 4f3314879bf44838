-- One row per piece of time and group: how many were active, new, returning or resurrected, and how many of the piece before were not.
--
-- grain: piece_no, split_1
-- reads: selected_rows, account_active
-- takes: starts, ends (one of each per piece of time, in order, without gaps; the first is the one before those told)
-- note:  active before = returning + dormant and active = new + returning + resurrected, so every row adds up by construction
with pieces as (
    select
        unnest(range(0, len($starts))) as piece_no,
        unnest($starts) as starts_at,
        unnest($ends) as ends_at
),

present as (
    select distinct
        account_active.account_id,
        pieces.piece_no
    from account_active
    inner join pieces on account_active.from_at < pieces.ends_at and account_active.last_at >= pieces.starts_at
),

lives as (
    select
        selected_rows.split_1,
        selected_rows.first_at,
        present.piece_no,
        lag(present.piece_no) over (partition by present.account_id order by present.piece_no) as piece_before,
        lead(present.piece_no) over (partition by present.account_id order by present.piece_no) as piece_after
    from present
    inner join selected_rows on present.account_id = selected_rows.account_id
),

states as (
    select
        lives.split_1,
        lives.piece_no,
        case
            when lives.first_at >= pieces.starts_at then 'new'
            when lives.piece_before = lives.piece_no - 1 then 'returning'
            else 'resurrected'
        end as state
    from lives
    inner join pieces on lives.piece_no = pieces.piece_no
    union all
    select split_1, piece_no + 1 as piece_no, 'dormant' as state
    from lives
    where coalesce(piece_after > piece_no + 1, true)
)

select
    pieces.piece_no,
    states.split_1,
    count(*) filter (where states.state <> 'dormant') as active,
    count(*) filter (where states.state = 'new') as new,
    count(*) filter (where states.state = 'returning') as again,
    count(*) filter (where states.state = 'resurrected') as resurrected,
    count(*) filter (where states.state = 'dormant') as dormant
from states
inner join pieces on states.piece_no = pieces.piece_no
where pieces.piece_no > 0
group by pieces.piece_no, states.split_1
order by states.split_1, pieces.piece_no
