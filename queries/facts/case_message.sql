-- One row per message in a case, with who wrote it: the customer, a person of ours, or a machine; notes among ourselves are apart.
--
-- grain:    row_id
-- reads:    case_events, cases, entity_as_of
-- dated by: happened_at
-- note:     a message whose writer, or whose case's customer, is not told is nobody's: it starts and answers nothing
select
    case_events.row_id,
    cases.row_id as case_row_id,
    cases.source,
    date_trunc('second', case_events.happened_at) as happened_at,
    case
        when case_events.kind = 'customer_message' then 'customer'
        when case_events.kind = 'public_reply' then 'person'
        when case_events.kind = 'automatic_reply' then 'machine'
        when case_events.kind = 'internal_note' then 'note'
        when case_events.actor = cases.record_id then 'customer'
        when case_events.actor <> cases.record_id then 'person'
        else 'nobody'
    end as written_by
from case_events
inner join cases
    on case_events.source = cases.source and case_events.case_id = cases.case_id
inner join entity_as_of
    on entity_as_of.entity = 'case_events'
where case_events.kind in ('customer_message', 'public_reply', 'automatic_reply', 'internal_note', 'message')
    and case_events.happened_at <= entity_as_of.as_of
