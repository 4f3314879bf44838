-- One row per record and the first record of its kind with the same e-mail address.
--
-- grain:    node_key
-- reads:    identity_node, shared_mailbox
-- dated by: none
-- note:     errs when people share a private address; addresses for a desk, or used under more than three names, never join
with carriers as (
    select
        identity_node.node_key,
        identity_node.email_key,
        min(identity_node.node_key) over (partition by identity_node.email_key, identity_node.kind) as other_key
    from identity_node
    left join shared_mailbox on shared_mailbox.email_key = identity_node.email_key
    where identity_node.email_key is not null and shared_mailbox.email_key is null
)

select
    node_key,
    other_key,
    'same e-mail' as rule,
    replace(email_key, 'email=', '') as evidence
from carriers
where node_key <> other_key
