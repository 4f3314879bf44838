-- One row per visit that entered, moved on or went away, and per person of every other part of a stage: here, turned away, share (time
-- over) or not yet known.
--
-- grain: stage_no, customer_id, attempt_no
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, stages, part, most, skipped
with stays as (
    select
        *,
        entered_at + to_seconds(within_seconds) as over_at,
        previous_entered_at + to_seconds(within_seconds) as previous_over_at,
        coalesce(moved_at <= entered_at + to_seconds(within_seconds), false) as moved_in_time
    from selected_rows
    where list_contains($stages, stage_no) and entered_at < $ends_at and is_identified
),

-- someone whose time ended twice in the period counts by the first, so turned away is judged on that one alone
over as (
    select
        stage_no,
        customer_id,
        attempt_no
    from stays
    where over_at >= $starts_at and over_at < $ends_at and (previous_over_at is null or previous_over_at < $starts_at)
),

chosen as (
    select
        stays.*,
        case
            when stays.moved_in_time then 'moved on in time'
            when over.customer_id is not null then 'the time for the step ended on ' || strftime(stays.over_at, '%Y-%m-%d')
            else stays.because
        end as reason_here
    from stays
    left join over
        on stays.stage_no = over.stage_no and stays.customer_id = over.customer_id and stays.attempt_no = over.attempt_no
    where
        case $part
            when 'opening' then stays.entered_at < $starts_at and (stays.left_at is null or stays.left_at >= $starts_at)
            when 'here_now' then stays.left_at is null or stays.left_at >= $ends_at
            when 'entered' then stays.entered_at >= $starts_at
            when 'moved_on' then stays.moved_at >= $starts_at and stays.moved_at < $ends_at
            when 'went_away'
                then
                    stays.left_at >= $starts_at and stays.left_at < $ends_at and stays.moved_at is null
            when 'share' then over.customer_id is not null
            when 'turned_away' then over.customer_id is not null and not stays.moved_in_time
            when 'not_yet_known' then stays.over_at >= $ends_at
        end
    qualify
        $part in ('entered', 'moved_on', 'went_away')
        or row_number() over (partition by stays.stage_no, stays.customer_id order by stays.entered_at, stays.attempt_no) = 1
)

select
    chosen.customer_id,
    chosen.account_id,
    customers.name,
    cast(chosen.moved_in_time as double) as value,
    chosen.entered_at as happened_at,
    chosen.subject,
    chosen.reason_here as because,
    chosen.stage,
    chosen.segment,
    chosen.region
from chosen
left join customers on chosen.customer_id = customers.customer_id
order by chosen.entered_at desc, chosen.customer_id, chosen.stage_no
limit $most offset $skipped
