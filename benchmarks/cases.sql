-- One row per case of so many, with its events in the order of time: what the row-wise function reads.
select
    cases.row_id,
    cases.channel,
    cast(epoch(cases.opened_at) as bigint) as opened_second,
    list((cast(epoch(case_events.happened_at) as bigint), case_events.kind, case_events.value) order by case_events.happened_at) as events
from cases
inner join case_events on cases.case_id = case_events.case_id
where cases.source_line >= $first and cases.source_line < $last
group by cases.row_id, cases.channel, cases.opened_at
