-- One row per source, under the name people know it by: until when it is known, who says so, when it was last loaded, and how far it lies behind the newest.
--
-- grain: source
-- reads: known_until
-- note:  the newest is the furthest of the sources that go on; a finished source is never old
select
    source,
    title,
    known_until,
    told_by,
    newest_event_at,
    loaded_at,
    is_finished,
    interval_seconds,
    date_diff('second', known_until, max(known_until) filter (where not is_finished) over ()) as age_seconds
from known_until
order by source
