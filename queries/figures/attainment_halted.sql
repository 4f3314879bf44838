-- One row per clock whose time stood still just before a moment.
--
-- grain: clock_no
-- reads: fct_promise_span
-- takes: ends_at
select distinct clock_no
from fct_promise_span
where not is_running and from_at < $ends_at and (until_at is null or until_at >= $ends_at)
