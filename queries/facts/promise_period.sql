-- One row per stretch of time in which the same policies, with the same versions of their calendars, are in force.
--
-- grain:    from_at
-- reads:    promise_policy
-- dated by: none
-- kept:     no
with boundary as (
    select from_at as happened_at from promise_policy where from_at is not null
    union
    select until_at as happened_at from promise_policy where until_at is not null
    union
    select timestamp '1000-01-01' as happened_at
)

select
    happened_at as from_at,
    lead(happened_at, 1, timestamp '9999-01-01') over (order by happened_at) as until_at
from boundary
