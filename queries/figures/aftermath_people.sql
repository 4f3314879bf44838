-- One row per account of a part of those whose promise was kept or broken: when, whether it was lost in the time after, and its value.
--
-- grain: account_id
-- reads: aftermath_customer, customers, workspace_setting
-- takes: kept (true or false; null: both), only_lost, is_over (their time after it is over;
--        null: either way), under_contract, alike (somebody of the other side is in the
--        stratum; null: either way), most, skipped
with placed as (
    select
        aftermath_customer.*,
        bool_or(was_kept and is_known and is_under_contract) over (partition by segment, tenure_no, value_no)
        and bool_or(not was_kept and is_known and is_under_contract) over (partition by segment, tenure_no, value_no) as has_alike
    from aftermath_customer
)

select
    placed.account_id as customer_id,
    placed.account_id,
    customers.name,
    placed.decided_at as happened_at,
    cast(placed.was_lost as double) as value,
    placed.subject,
    placed.because || case
        when not placed.is_under_contract then ', no contract was in force then'
        when placed.was_lost and placed.is_known
            then ', lost on '
                || cast(cast(cast(placed.lost_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as varchar)
        when placed.is_known then ', still with us after it'
        else ', its time is not over'
    end as because,
    placed.promise,
    placed.segment,
    cast(placed.cents_before as double) / 100 as value_before,
    case when placed.is_known then cast(placed.cents_after as double) / 100 end as value_after
from placed
cross join workspace_setting
left join customers
    on placed.account_id = customers.customer_id
where
    placed.is_under_contract = $under_contract
    and ($is_over is null or placed.is_known = $is_over)
    and ($kept is null or placed.was_kept = $kept)
    and ($alike is null or placed.has_alike = $alike)
    and (placed.was_lost or not $only_lost)
order by placed.decided_at desc, placed.account_id
limit $most offset $skipped
