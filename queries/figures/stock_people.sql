-- One row per person who is in one of these stages at an instant, who came last first.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: instant, stages, only_again (only those who are there anew), most, skipped
select
    stays.customer_id,
    stays.account_id,
    customers.name,
    1.0 as value,
    stays.entered_at as happened_at,
    stays.subject,
    stays.because,
    stays.stage,
    date_diff('second', date_trunc('second', stays.entered_at), date_trunc('second', $instant)) as seconds_here,
    stays.attempt_no,
    stays.segment,
    stays.region
from selected_rows as stays
left join customers on stays.customer_id = customers.customer_id
where
    stays.is_identified
    and list_contains($stages, stays.stage_no)
    and stays.entered_at < $instant
    and (stays.left_at is null or stays.left_at >= $instant)
    and (not $only_again or stays.previous_entered_at is not null)
order by stays.entered_at desc, stays.customer_id
limit $most offset $skipped
