-- One row per stage change with the row whose stage it is.
--
-- grain:    row_id
-- reads:    cases, customer_records, opportunities, stage_changes
-- dated by: none
-- note:     a stage of something that no file told of belongs to nobody and is left out
select stage_changes.row_id, 'customer_records' as subject_entity, customer_records.row_id as subject_row_id
from stage_changes
inner join customer_records
    on customer_records.source = stage_changes.source and customer_records.record_id = stage_changes.subject_id
where stage_changes.subject_kind = 'customer'
union all
select stage_changes.row_id, 'opportunities' as subject_entity, opportunities.row_id as subject_row_id
from stage_changes
inner join opportunities
    on opportunities.source = stage_changes.source and opportunities.opportunity_id = stage_changes.subject_id
where stage_changes.subject_kind = 'opportunity'
union all
select stage_changes.row_id, 'cases' as subject_entity, cases.row_id as subject_row_id
from stage_changes
inner join cases on cases.source = stage_changes.source and cases.case_id = stage_changes.subject_id
where stage_changes.subject_kind = 'case'
