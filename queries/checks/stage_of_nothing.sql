-- Stage changes of customers, sales or requests that no file told of.
--
-- severity: warning
-- sentence: These stage changes belong to nothing that an export holds; they are left out of journeys.
-- reads:    stage_changes, stage_subject
select
    'stage_changes' as entity,
    stage_changes.row_id
from stage_changes
left join stage_subject on stage_subject.row_id = stage_changes.row_id
where stage_subject.row_id is null
