-- One row per person who left one of these stages in the period, with the time spent there over all stays that ended in it.
--
-- grain: customer_id, stage_no
-- reads: selected_rows, customers
-- takes: starts_at, ends_at, stages, most, skipped
with spent as (
    select
        customer_id,
        stage_no,
        min(stage) as stage,
        min(account_id) as account_id,
        max(left_at) as left_at,
        count(*) as stays,
        sum(date_diff('second', date_trunc('second', entered_at), date_trunc('second', left_at))) as seconds
    from selected_rows
    where is_identified and left_at >= $starts_at and left_at < $ends_at and list_contains($stages, stage_no)
    group by customer_id, stage_no
)

select
    spent.customer_id,
    spent.account_id,
    customers.name,
    1.0 as value,
    spent.left_at as happened_at,
    spent.stage as subject,
    case when spent.stays = 1 then 'one stay ended' else spent.stays || ' stays ended' end as because,
    spent.stage,
    cast(spent.seconds as bigint) as seconds_in_stage
from spent
left join customers on spent.customer_id = customers.customer_id
order by spent.seconds desc, spent.customer_id, spent.stage_no
limit $most offset $skipped
