-- One row: a customer's golden record, with today's segment; an id that was merged away leads to the one kept.
--
-- grain: customer_id
-- reads: customers, customer_redirect, segment_membership, workspace_setting
-- takes: customer_id
with kept as (
    select coalesce(min(customer_id), $customer_id) as customer_id
    from customer_redirect
    where old_customer_id = $customer_id
)

select
    customers.*,
    coalesce(segment_membership.segment, 'unknown') as segment
from kept
inner join customers on kept.customer_id = customers.customer_id
cross join workspace_setting
left join segment_membership
    on customers.account_id = segment_membership.customer_id
    and segment_membership.segmentation = workspace_setting.segmentation
    and segment_membership.until_day = date '9999-12-31'
