-- One row per reason that would join two records of customers who are kept apart.
--
-- grain:    node_key, other_key, rule
-- reads:    contested_node, group_customer, identity_link, identity_member
-- dated by: none
-- note:     the weakest of the links between records kept apart; records joined to both sides stay with the side they are joined to more strongly
select
    identity_link.node_key,
    one_customer.customer_id,
    identity_link.other_key,
    other_customer.customer_id as other_customer_id,
    identity_link.rule,
    identity_link.evidence
from identity_link
inner join contested_node on contested_node.node_key = identity_link.node_key
inner join identity_member as one on one.node_key = identity_link.node_key
inner join identity_member as other on other.node_key = identity_link.other_key
inner join group_customer as one_customer on one_customer.group_key = one.group_key
inner join group_customer as other_customer on other_customer.group_key = other.group_key
where one.group_key <> other.group_key
