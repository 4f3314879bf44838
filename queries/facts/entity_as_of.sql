-- One row per entity: until when it is known what happened.
--
-- grain:    entity
-- reads:    entity_source, keyed_row, known_until
-- dated by: as_of
-- note:     the slowest of the sources that feed it decides; a finished one only where nothing else feeds it,
--           and one whose rows carry no date (customers named in a survey's file) says nothing of when
with undated as (
    select entity, source
    from keyed_row
    group by entity, source
    having count(dated_at) = 0
),

feeds as (
    select
        entity_source.entity,
        known_until.known_until,
        known_until.is_finished,
        undated.source is null as is_dated
    from entity_source
    inner join known_until on known_until.source = entity_source.source
    left join undated on undated.entity = entity_source.entity and undated.source = entity_source.source
)

select
    entity,
    coalesce(
        min(case when is_dated and not is_finished then known_until end),
        max(case when is_dated then known_until end),
        min(known_until)
    ) as as_of
from feeds
group by entity
