-- One row per instant, group and stage: the people who are in the stage just then, and for how long they have been.
--
-- grain: at_piece, split_1, stage_no
-- reads: selected_rows
-- takes: names, instants (one of each, in order), most (groups shown of split_1; the rest is one group, unknown stays apart)
-- note:  here at an instant: entered before it, and not left or left at it or later. Of a journey everyone is in one stage at most,
--        so people are counted by their stays. place: the group's by size, over all instants
with instants as (
    select
        unnest($names) as at_piece,
        unnest($instants) as instant
),

here as (
    select
        instants.at_piece,
        selected_rows.split_1,
        selected_rows.stage_no,
        selected_rows.previous_entered_at is not null as is_again,
        date_diff('second', date_trunc('second', selected_rows.entered_at), date_trunc('second', instants.instant)) as seconds
    from selected_rows
    inner join instants
        on selected_rows.entered_at < instants.instant
        and (selected_rows.left_at is null or selected_rows.left_at >= instants.instant)
    where selected_rows.is_identified
),

sizes as (
    select
        split_1,
        case when split_1 <> 'unknown' then row_number() over (order by split_1 = 'unknown', count(*) desc, split_1) end as place
    from here
    group by split_1
)

select
    here.at_piece,
    case when sizes.place > $most then 'other' else here.split_1 end as split_1,
    here.stage_no,
    min(sizes.place) as place,
    count(*) as n,
    count(*) filter (where here.is_again) as re_entered,
    quantile_cont(here.seconds, 0.5) as median_seconds,
    quantile_cont(here.seconds, 0.9) as p90_seconds
from here
inner join sizes on here.split_1 = sizes.split_1
group by all
order by here.at_piece, split_1, here.stage_no
