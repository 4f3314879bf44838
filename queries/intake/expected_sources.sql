-- The sources that go on and say how often an export of them is expected.
select
    title,
    loaded_at,
    interval_seconds
from known_until
where interval_seconds is not null and not is_finished
order by source
