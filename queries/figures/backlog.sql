-- One row per instant and group: the requests that were unsolved just then, by age, and what was opened and solved since the start.
--
-- grain: at_piece, split_1
-- reads: selected_rows
-- takes: names, starts, instants (one of each per piece of time, in order), most (groups shown of split_1; the rest is one group,
--        unknown stays apart)
-- note:  unsolved at an instant: the stretch began before it, and had not ended before it. Age is counted from the request's opening,
--        also of one that was opened again. By construction opening + opened + reopened - solved is what there is at the instant
with pieces as (
    select
        unnest($names) as at_piece,
        unnest($starts) as starts_at,
        unnest($instants) as instant
),

placed as (
    select
        pieces.at_piece,
        selected_rows.split_1,
        selected_rows.customer_id,
        selected_rows.is_identified,
        selected_rows.spell_no,
        selected_rows.from_at < pieces.starts_at
        and (selected_rows.until_at is null or selected_rows.until_at >= pieces.starts_at) as was_there,
        selected_rows.until_at is null or selected_rows.until_at >= pieces.instant as is_there,
        selected_rows.from_at >= pieces.starts_at as has_begun,
        selected_rows.until_at >= pieces.starts_at and selected_rows.until_at < pieces.instant as has_ended,
        date_diff('second', date_trunc('second', selected_rows.opened_at), date_trunc('second', pieces.instant)) as age
    from selected_rows
    inner join pieces
        on selected_rows.from_at < pieces.instant
        and (selected_rows.until_at is null or selected_rows.until_at >= pieces.starts_at)
),

sizes as (
    select
        split_1,
        row_number() over (order by count(*) filter (where is_there) desc, split_1) as place
    from placed
    where split_1 <> 'unknown'
    group by split_1
)

select
    placed.at_piece,
    case when placed.split_1 = 'unknown' or sizes.place <= $most then placed.split_1 else 'other' end as split_1,
    count(*) filter (where is_there) as n,
    count(distinct customer_id) filter (where is_there and is_identified) as customers,
    count(*) filter (where was_there) as opening,
    count(*) filter (where has_begun and spell_no = 1) as opened,
    count(*) filter (where has_begun and spell_no > 1) as reopened,
    count(*) filter (where has_ended) as solved,
    count(*) filter (where is_there and age < 86400) as age_1,
    count(*) filter (where is_there and age >= 86400 and age < 3 * 86400) as age_2,
    count(*) filter (where is_there and age >= 3 * 86400 and age < 7 * 86400) as age_3,
    count(*) filter (where is_there and age >= 7 * 86400 and age < 14 * 86400) as age_4,
    count(*) filter (where is_there and age >= 14 * 86400 and age < 30 * 86400) as age_5,
    count(*) filter (where is_there and age >= 30 * 86400) as age_6,
    quantile_cont(age, 0.5) filter (where is_there) as median_age,
    quantile_cont(age, 0.9) filter (where is_there) as p90_age,
    max(age) filter (where is_there) as greatest_age
from placed
left join sizes on placed.split_1 = sizes.split_1
group by all
order by placed.at_piece, n desc, split_1
