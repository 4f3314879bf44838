-- One row per joined record with its group: every record takes the least group among those it is joined with, until nothing changes.
--
-- grain:     node_key
-- reads:     identity_group, identity_link
-- starts as: identity_alone
-- dated by:  none
with neighbours as (
    select node_key, other_key
    from identity_link
    union all
    select other_key as node_key, node_key as other_key
    from identity_link
),

heard as (
    select node_key, group_key
    from identity_group
    union all
    select neighbours.node_key, identity_group.group_key
    from neighbours
    inner join identity_group on identity_group.node_key = neighbours.other_key
)

select node_key, min(group_key) as group_key
from heard
group by node_key
