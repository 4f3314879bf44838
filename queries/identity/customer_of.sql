-- One row per row of an entity that names its customer: whose it is, how we know, when it is dated and by which shared keys it names them.
--
-- grain:    entity, row_id
-- reads:    group_seen, row_group, stage_subject
-- dated by: dated_at
-- note:     account_id is the company's customer id, else the customer's own. The key of the source's own record is not among the keys: the
--           source and the row tell it, and to keep it twice is dear. A change of stage names nobody itself: it is whose its subject is
with whose as (
    select entity, row_id, group_key, matched_by, source, dated_at, external_key, email_key, phone_key
    from row_group
    union all
    select
        'stage_changes' as entity, stage_subject.row_id, row_group.group_key, row_group.matched_by, null as source, null as dated_at,
        null as external_key, null as email_key, null as phone_key
    from stage_subject
    inner join row_group on row_group.entity = stage_subject.subject_entity and row_group.row_id = stage_subject.subject_row_id
)

select
    whose.entity,
    whose.row_id,
    group_seen.customer_id,
    group_seen.account_id,
    whose.matched_by,
    whose.source,
    whose.dated_at,
    whose.external_key,
    whose.email_key,
    whose.phone_key
from whose
left join group_seen on group_seen.group_key = whose.group_key
