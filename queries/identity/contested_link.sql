-- One row per pair of records joined within a contested group, the strongest first.
--
-- grain:    link_no
-- reads:    contested_node, identity_link
-- dated by: none
-- note:     a stronger kind of reason goes before a weaker one, then more reasons before fewer, then the order of the records' keys
with pairs as (
    select
        identity_link.node_key,
        identity_link.other_key,
        min(identity_link.strength_no) as strength_no,
        count(*) as reasons
    from identity_link
    inner join contested_node on contested_node.node_key = identity_link.node_key
    group by identity_link.node_key, identity_link.other_key
)

select
    node_key,
    other_key,
    row_number() over (order by strength_no, reasons desc, node_key, other_key) as link_no
from pairs
