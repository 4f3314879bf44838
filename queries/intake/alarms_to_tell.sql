-- What the newest load has to say of its exports; what earlier ones had to say was said then. No record at all is said where it is read.
with loads as (
    select
        file_id,
        staged_at = max(staged_at) over () as is_newest
    from files
)

select alarm.sentence
from alarm
inner join loads on alarm.file_id = loads.file_id
where alarm.alarm not in ('unknown words', 'no rows') and loads.is_newest
order by
    case alarm.alarm when 'fewer rows' then 1 when 'empty keys' then 2 when 'dated ahead' then 3 else 4 end,
    alarm.source,
    alarm.sentence
