-- One row per piece of time, group and stage: the steps back to it from a later stage, and their people; and per piece in all.
--
-- grain: at_piece, split_1, stage_no
-- reads: selected_rows
-- takes: names, starts, ends (one of each per piece of time, in order, without gaps), groups (those shown of split_1; others are one)
-- note:  in all, stage_no being null: people once, whatever stages they came back to
with pieces as (
    select
        unnest($names) as at_piece,
        unnest($starts) as starts_at
),

steps as (
    select
        pieces.at_piece,
        case when list_contains($groups, selected_rows.split_1) then selected_rows.split_1 else 'other' end as split_1,
        selected_rows.stage_no,
        selected_rows.customer_id
    from selected_rows
    asof join pieces on selected_rows.happened_at >= pieces.starts_at
    where
        selected_rows.is_identified
        and selected_rows.happened_at >= list_min($starts)
        and selected_rows.happened_at < list_max($ends)
)

select
    at_piece,
    split_1,
    stage_no,
    count(*) as rework,
    count(distinct customer_id) as rework_people
from steps
group by grouping sets ((at_piece, split_1, stage_no), (at_piece))
order by at_piece, split_1, stage_no
