-- One row per journey: until when it is known what happened in it.
--
-- grain:    journey_id
-- reads:    account_as_of, entity_as_of, journey, journey_event, known_until
-- dated by: as_of
-- note:     judged by the sources that feed the events it names; a finished source decides only where nothing else feeds it.
--           Events of the customer as a whole come from all sources: they are known as far as accounts and records are
with feeds as (
    select distinct
        journey_id,
        source
    from journey_event
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
        feeds.journey_id,
        coalesce(min(case when not sources.is_finished then sources.known_until end), max(sources.known_until)) as as_of
    from feeds
    inner join sources
        on feeds.source = sources.source
    group by feeds.journey_id
),

anything as (
    select min(as_of) as as_of
    from entity_as_of
)

select
    journey.journey_id,
    coalesce(known.as_of, anything.as_of) as as_of
from journey
cross join anything
left join known
    on journey.journey_id = known.journey_id
