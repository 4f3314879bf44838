-- One row per time that a calendar is open in a stretch of time.
--
-- grain: calendar, opens_at
-- reads: open_window
-- takes: begins_at, ends_at
select
    open_window.calendar,
    open_window.opens_at,
    open_window.closes_at
from open_window
where open_window.closes_at > cast(epoch($begins_at) as bigint) and open_window.opens_at < cast(epoch($ends_at) as bigint)
order by open_window.calendar, open_window.opens_at
