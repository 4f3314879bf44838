-- One row per person of one part of the funnel, with what the list shows of the moment from which they are counted.
--
-- grain: customer_id
-- reads: funnel_group, selected_rows, customers
-- takes: part, stage_no (0: any), in_group, at (of a row; null: all), shown (the fact's
--        columns to show), stages, mode, by_value, page_rows, skipped
-- note:  in_all: how many people there are in all pages; the first of them is there whatever the page, so that this is told
with people as (
    select
        *,
        case $stage_no -- nothing is before the first stage
            when 0
                then least(
                        since_2, since_3, since_4, since_5, since_6, since_7, since_8, since_9, since_10, since_11, since_12
                    )
            when 2 then since_2
            when 3 then since_3
            when 4 then since_4
            when 5 then since_5
            when 6 then since_6
            when 7 then since_7
            when 8 then since_8
            when 9 then since_9
            when 10 then since_10
            when 11 then since_11
            when 12 then since_12
        end as since_before
    from funnel_group
),

chosen as (
    select *
    from people
    where
        ($at is null or people.at_piece = $at)
        and ($in_group is null or $in_group = people.split_1)
        and case $part
            when 'entered' then true
            when 'known' then people.state_no = 1
            when 'reached' then people.state_no = 1 and people.level >= $stage_no
            when 'moved_on' then people.state_no = 1 and people.level > greatest($stage_no, 1)
            when 'skipped'
                then
                    people.state_no = 1 and people.level >= $stage_no and $mode <> 'any' and $stage_no > 0
                    and (people.seen & (1 << ($stage_no - 1))) = 0
            when 'turned_away'
                then people.state_no = 1 and people.level < $stages and ($stage_no = 0 or people.level = $stage_no)
            when 'excluded' then people.state_no = 0 and ($stage_no = 0 or people.level = $stage_no)
            when 'not_yet_known' then people.state_no >= 2 and people.level >= $stage_no
            when 'moved' then people.state_no >= 2 and people.level > greatest($stage_no, 1)
            when 'left' then people.state_no = 2 and ($stage_no = 0 or people.level = $stage_no)
            when 'open' then people.state_no = 3 and ($stage_no = 0 or people.level = $stage_no)
            when 'tied' then people.state_no = 1 and people.since_before = 0
        end
),

page as (
    select
        *,
        count(*) over () as in_all,
        row_number() over (
            order by case when $by_value then level end desc nulls last, entered_at desc, customer_id
        ) as place
    from chosen
    qualify place = 1 or (place > $skipped and place <= $skipped + $page_rows)
),

told as (
    select
        customer_id as told_customer_id,
        event_id as told_event_id,
        columns(lambda c: list_contains($shown, c) and c <> 'event_id')
    from selected_rows
)

select
    told.* exclude (told_customer_id, told_event_id),
    customers.name,
    cast(page.level as double) as value,
    page.entered_at as happened_at,
    page.group_1,
    page.event_id,
    page.entered_at,
    page.first_at,
    page.last_at,
    page.state_no,
    page.seen,
    page.level,
    page.level_after,
    page.excluded_after,
    page.left_after,
    page.in_all,
    page.place
from page
inner join told on page.customer_id = told.told_customer_id and page.event_id = told.told_event_id
left join customers on page.customer_id = customers.customer_id
order by page.place
