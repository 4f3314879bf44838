-- One row per alarm of every export, the newest first: what is wrong with it, in one sentence, and whether it is of its source's last load.
--
-- grain: none
-- reads: alarm, files
-- note:  what lies ahead and what a full export no longer holds is told of the newest state; that a source is late is told when asked
with loads as (
    select
        file_id,
        source_format,
        staged_at,
        loaded_order,
        staged_at = max(staged_at) over (partition by source, source_format) as is_newest
    from files
)

select
    alarm.alarm,
    alarm.source,
    loads.source_format,
    alarm.file_id,
    alarm.file_name,
    loads.staged_at as loaded_at,
    alarm.entity,
    alarm.column_name,
    alarm.rows,
    alarm.sentence,
    coalesce(loads.is_newest, true) as is_newest
from alarm
left join loads on alarm.file_id = loads.file_id
order by coalesce(loads.loaded_order, 1000000000) desc, alarm.alarm, alarm.source, alarm.sentence
