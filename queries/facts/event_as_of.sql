-- One row per event that ever happened: how often, from when to when, and until when it is known.
--
-- grain:    event
-- reads:    account_as_of, entity_as_of, fct_event, known_until
-- dated by: as_of
-- note:     judged by the sources that tell of it; a finished source decides only where nothing else does.
--           Events of the customer as a whole come from all sources: they are known as far as accounts and records are
with feeds as (
    select
        event,
        source,
        count(*) as events,
        min(happened_at) as first_at,
        max(happened_at) as last_at
    from fct_event
    group by event, source
),

sources as (
    select source, known_until, is_finished
    from known_until
    union all
    select 'all sources' as source, as_of as known_until, false as is_finished
    from account_as_of
    union all
    select 'all sources' as source, as_of as known_until, false as is_finished
    from entity_as_of
    where entity = 'customer_records'
),

known as (
    select
        feeds.event,
        coalesce(min(case when not sources.is_finished then sources.known_until end), max(sources.known_until)) as as_of
    from feeds
    inner join sources
        on feeds.source = sources.source
    group by feeds.event
)

select
    feeds.event,
    cast(sum(feeds.events) as bigint) as events,
    min(feeds.first_at) as first_at,
    max(feeds.last_at) as last_at,
    max(known.as_of) as as_of
from feeds
inner join known
    on feeds.event = known.event
group by feeds.event
