-- One row per calendar, or per version of one: its id, whose version it is, its zone, and from when it is in force.
--
-- grain: calendar
-- reads: calendar_version
select
    calendar,
    version_of,
    title,
    zone,
    is_always,
    from_at
from calendar_version
order by version_of, from_at nulls first
