-- Accounts that are in two segments of one segmentation on one day.
--
-- severity: error
-- sentence: These accounts are in two segments at once.
-- reads:    segment_membership
with followed as (
    select
        customer_id,
        until_day,
        lead(from_day) over (partition by segmentation, customer_id order by from_day, segment) as next_from_day
    from segment_membership
)

select customer_id
from followed
where next_from_day < until_day
