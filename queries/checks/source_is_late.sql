-- Sources that have not told anything for more than twice the time they usually take.
--
-- severity: warning
-- sentence: These sources are older than twice their usual interval; what they feed says "known until". Load their next export.
-- reads:    known_until
with placed as (
    select
        source,
        interval_seconds,
        is_finished,
        date_diff('second', known_until, max(known_until) filter (where not is_finished) over ()) as age_seconds
    from known_until
)

select source
from placed
where not is_finished and age_seconds > 2 * interval_seconds
