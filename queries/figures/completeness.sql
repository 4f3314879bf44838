-- One row per entity, source and field: of how many rows it is told, in all, in the last whole month and in the one before.
--
-- grain: entity, source, field
-- reads: field_filled, known_until
-- note:  months are those before the one in which the source is known until
with placed as (
    select
        field_filled.*,
        date_diff('month', field_filled.month, known_until.known_until) as months_ago
    from field_filled
    left join known_until on field_filled.source = known_until.source
)

select
    entity,
    source,
    field,
    cast(sum(rows) as bigint) as rows,
    cast(sum(filled) as bigint) as filled,
    cast(coalesce(sum(rows) filter (where months_ago = 1), 0) as bigint) as rows_last_month,
    cast(coalesce(sum(filled) filter (where months_ago = 1), 0) as bigint) as filled_last_month,
    cast(coalesce(sum(rows) filter (where months_ago = 2), 0) as bigint) as rows_month_before,
    cast(coalesce(sum(filled) filter (where months_ago = 2), 0) as bigint) as filled_month_before
from placed
group by entity, source, field
order by entity, source, field
