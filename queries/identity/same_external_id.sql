-- One row per record and the oldest-named record of its kind with the same shared id, for example a customer number.
--
-- grain:    node_key
-- reads:    identity_node
-- dated by: none
-- note:     errs when a number is given out twice, or typed into the wrong record; a person and a company with one number stay two
with carriers as (
    select
        node_key,
        external_key,
        min(node_key) over (partition by external_key, kind) as other_key
    from identity_node
    where external_key is not null
)

select
    node_key,
    other_key,
    'same external id' as rule,
    replace(external_key, 'external=', '') as evidence
from carriers
where node_key <> other_key
