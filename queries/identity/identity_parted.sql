-- One row per record of a contested group with its group: joined strongest link first, without a link that unites what is kept apart.
--
-- grain:     node_key
-- reads:     contested_link, identity_apart, identity_parted
-- starts as: contested_node
-- dated by:  none
-- note:      a step joins groups that are each other's strongest allowed choice, and lets those that nobody keeps apart from anybody follow theirs:
--            the same as taking one link after the other
with between_groups as (
    select one.group_key, other.group_key as other_group, min(contested_link.link_no) as link_no
    from contested_link
    inner join identity_parted as one on one.node_key = contested_link.node_key
    inner join identity_parted as other on other.node_key = contested_link.other_key
    where one.group_key <> other.group_key
    group by one.group_key, other.group_key
),

both_ways as (
    select group_key, other_group, link_no
    from between_groups
    union all
    select other_group as group_key, group_key as other_group, link_no
    from between_groups
),

forbidden as (
    select distinct one.group_key, other.group_key as other_group
    from identity_apart
    inner join identity_parted as one on one.node_key = identity_apart.node_key
    inner join identity_parted as other on other.node_key = identity_apart.other_key
),

ranked as (
    select
        both_ways.group_key,
        both_ways.other_group,
        row_number() over (partition by both_ways.group_key order by both_ways.link_no) as place
    from both_ways
    left join forbidden on forbidden.group_key = both_ways.group_key and forbidden.other_group = both_ways.other_group
    where forbidden.group_key is null
),

choice as (
    select group_key, other_group
    from ranked
    where place = 1
),

mutual as (
    select
        choice.group_key,
        case when choice.group_key < choice.other_group then choice.group_key else choice.other_group end as into_group
    from choice
    inner join choice as back on back.group_key = choice.other_group and back.other_group = choice.group_key
),

followers as (
    select choice.group_key, choice.other_group
    from choice
    left join mutual on mutual.group_key = choice.group_key
    left join forbidden on forbidden.group_key = choice.group_key
    where mutual.group_key is null and forbidden.group_key is null
),

following as (
    select followers.group_key, coalesce(mutual.into_group, followers.other_group) as into_group
    from followers
    left join mutual on mutual.group_key = followers.other_group
    left join followers as moving on moving.group_key = followers.other_group
    where moving.group_key is null
)

select
    identity_parted.node_key,
    coalesce(mutual.into_group, following.into_group, identity_parted.group_key) as group_key
from identity_parted
left join mutual on mutual.group_key = identity_parted.group_key
left join following on following.group_key = identity_parted.group_key
