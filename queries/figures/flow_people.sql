-- One row per stay that a part of the flow counted, the latest first.
--
-- grain: stay_id
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, stages, part, most, skipped
with stays as (
    select
        *,
        entered_at < $starts_at and (left_at is null or left_at >= $starts_at) as is_opening,
        left_at is null or left_at >= $ends_at as is_closing,
        entered_at >= $starts_at as is_coming,
        coalesce(left_at >= $starts_at and left_at < $ends_at, false) as is_going,
        coalesce(left_by, '') as gone_by
    from selected_rows
    where is_identified and entered_at < $ends_at and list_contains($stages, stage_no)
)

select
    stays.customer_id,
    stays.account_id,
    customers.name,
    1.0 as value,
    case when $part in ('opening', 'closing', 'entered', 're_entered') then stays.entered_at else stays.left_at end as happened_at,
    stays.subject,
    case
        when $part = 'moved_on' then 'moved on from ' || stays.stage
        when stays.is_going and stays.gone_by = 'exit' and $part not in ('opening', 'entered', 're_entered') then 'left ' || stays.stage
        when stays.is_going and stays.gone_by = 'idle' and $part not in ('opening', 'entered', 're_entered')
            then 'nothing was heard for so long that the way was over'
        else stays.because
    end as because,
    stays.stage,
    case
        when stays.left_at < $ends_at
            then date_diff('second', date_trunc('second', stays.entered_at), date_trunc('second', stays.left_at))
    end as seconds_in_stage,
    stays.attempt_no,
    stays.segment,
    stays.region,
    stays.stay_id
from stays
left join customers on stays.customer_id = customers.customer_id
where
    case $part
        when 'opening' then stays.is_opening
        when 'closing' then stays.is_closing
        when 'entered' then stays.is_coming
        when 're_entered' then stays.is_coming and stays.previous_entered_at is not null
        when 'moved_on' then stays.is_going and stays.gone_by = 'moved on'
        when 'left' then stays.is_going and stays.gone_by in ('exit', 'idle')
        when 'left_exit' then stays.is_going and stays.gone_by = 'exit'
        when 'left_idle' then stays.is_going and stays.gone_by = 'idle'
    end
order by happened_at desc, stays.customer_id, stays.stay_id
limit $most offset $skipped
