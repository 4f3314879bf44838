-- One row per person of one part of the funnel: known, or, of one stage, reached, turned away, excluded or not yet known.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at (of entry), as_of, window_seconds, stages, stage_no, part, most, skipped
with people as (
    select
        *,
        [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12] as after,
        entered_at + to_seconds($window_seconds) as over_at
    from selected_rows
    where
        starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
        and (previous_entered_at is null or previous_entered_at < $starts_at)
),

judged as (
    select
        *,
        coalesce(list_max(list_filter(range(1, $stages + 1), lambda k: after[k] <= $window_seconds)), 1) as level,
        coalesce(
            excluded_after <= $window_seconds and (after[$stages] is null or excluded_after < after[$stages]), false
        ) as is_set_aside,
        over_at <= $as_of as is_over
    from people
)

select
    judged.customer_id,
    judged.account_id,
    customers.name,
    cast(judged.level as double) as value,
    judged.entered_at as happened_at,
    judged.subject,
    case
        when judged.is_set_aside then 'set aside'
        when not judged.is_over then judged.because || '; not yet known, the time ends on ' || strftime(judged.over_at, '%Y-%m-%d')
        when judged.level >= $stages then judged.because || '; reached the last stage'
        else judged.because || '; the time ended on ' || strftime(judged.over_at, '%Y-%m-%d') || ' at stage ' || judged.level
    end as because,
    judged.channel,
    judged.segment,
    judged.region
from judged
left join customers on judged.customer_id = customers.customer_id
where
    case $part
        when 'known' then judged.is_over and not judged.is_set_aside
        when 'reached' then judged.is_over and not judged.is_set_aside and judged.level >= $stage_no
        when 'turned_away' then judged.is_over and not judged.is_set_aside and judged.level = $stage_no and $stage_no < $stages
        when 'excluded' then judged.is_set_aside and judged.level = $stage_no
        when 'not_yet_known' then not judged.is_over and not judged.is_set_aside and judged.level >= $stage_no
    end
order by judged.entered_at desc, judged.customer_id
limit $most offset $skipped
