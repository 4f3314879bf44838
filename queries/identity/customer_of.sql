-- One row per row of an entity that names its customer: whose it is, and how we know.
--
-- grain:    entity, row_id
-- reads:    group_seen, row_group, stage_subject
-- dated by: none
-- note:     account_id is the company's customer id, else the customer's own
with whose as (
    select entity, row_id, group_key, matched_by
    from row_group
    union all
    select 'stage_changes' as entity, stage_subject.row_id, row_group.group_key, row_group.matched_by
    from stage_subject
    inner join row_group on row_group.entity = stage_subject.subject_entity and row_group.row_id = stage_subject.subject_row_id
)

select
    whose.entity,
    whose.row_id,
    group_seen.customer_id,
    group_seen.account_id,
    whose.matched_by
from whose
inner join group_seen on group_seen.group_key = whose.group_key
