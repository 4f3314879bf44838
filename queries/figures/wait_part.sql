-- One row per request of one part of the waits: finished, left (ended otherwise), open, set_aside, or all that count.
--
-- grain: row_id
-- reads: incidence_way
-- takes: part
select
    *,
    case
        when excluded_after is not null then 'set_aside'
        when to_after is not null and (left_after is null or to_after <= left_after) then 'finished'
        when left_after is not null then 'left'
        else 'open'
    end as ending
from incidence_way
where
    case $part
        when 'everyone' then excluded_after is null
        when 'set_aside' then excluded_after is not null
        when 'finished' then excluded_after is null and to_after is not null and (left_after is null or to_after <= left_after)
        when 'left' then excluded_after is null and left_after is not null and (to_after is null or left_after < to_after)
        else excluded_after is null and to_after is null and left_after is null
    end
