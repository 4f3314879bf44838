-- One row per stage of a journey: people here at the period's start and end, who entered, moved on, and whose time for the step ended in it.
--
-- grain: stage_no
-- reads: selected_rows
-- takes: starts_at, ends_at
-- note:  entered, moved on and went away count visits, with the people beside, so that opening + entered - moved on - went away = here now.
--        Of those whose time ended people count once per stage, by their first stay of that kind; the time's last second still counts
with stays as (
    select
        stage_no,
        customer_id,
        entered_at,
        moved_at,
        left_at,
        entered_at + to_seconds(within_seconds) as over_at,
        previous_entered_at + to_seconds(within_seconds) as previous_over_at,
        moved_at <= entered_at + to_seconds(within_seconds) as moved_in_time
    from selected_rows
    where entered_at < $ends_at and is_identified
),

over as (
    select
        stage_no,
        count(*) as known,
        count(*) filter (where moved_in_time) as moved
    from stays
    where over_at >= $starts_at and over_at < $ends_at and (previous_over_at is null or previous_over_at < $starts_at)
    group by stage_no
),

moves as (
    select
        stage_no,
        count(*) filter (where entered_at < $starts_at and (left_at is null or left_at >= $starts_at)) as opening,
        count(*) filter (where left_at is null or left_at >= $ends_at) as here_now,
        count(*) filter (where entered_at >= $starts_at) as entered,
        count(distinct customer_id) filter (where entered_at >= $starts_at) as entered_people,
        count(*) filter (where moved_at >= $starts_at and moved_at < $ends_at) as moved_on,
        count(distinct customer_id) filter (where moved_at >= $starts_at and moved_at < $ends_at) as moved_on_people,
        count(*) filter (where left_at >= $starts_at and left_at < $ends_at and moved_at is null) as went_away,
        count(distinct customer_id) filter (
            where left_at >= $starts_at and left_at < $ends_at and moved_at is null
        ) as went_away_people,
        count(distinct customer_id) filter (where over_at >= $ends_at) as not_yet_known,
        count(distinct customer_id) filter (where over_at >= $ends_at and moved_at < $ends_at) as not_yet_known_moved,
        count(distinct customer_id) filter (
            where over_at >= $ends_at and left_at < $ends_at and (moved_at is null or moved_at >= $ends_at)
        ) as not_yet_known_left
    from stays
    group by stage_no
)

select
    moves.*,
    coalesce(over.known, 0) as known,
    coalesce(over.moved, 0) as moved,
    coalesce(over.known - over.moved, 0) as turned_away
from moves
left join over on moves.stage_no = over.stage_no
order by moves.stage_no
