-- Fields that a source told of most rows the month before last, and of clearly fewer last month.
--
-- severity: warning
-- sentence: These fields are told of clearly fewer rows than in the month before: a form, an export or a mapping has changed.
-- reads:    field_filled, known_until
with closed as (
    select
        field_filled.entity,
        field_filled.source,
        field_filled.field,
        field_filled.month,
        field_filled.rows,
        field_filled.filled,
        date_diff('month', field_filled.month, known_until.known_until) as months_ago
    from field_filled
    inner join known_until on known_until.source = field_filled.source
)

select
    newer.entity,
    newer.source,
    newer.field
from closed as newer
inner join closed as older
    on older.entity = newer.entity and older.source = newer.source and older.field = newer.field and older.months_ago = 2
where
    newer.months_ago = 1
    and newer.rows >= 20
    and older.rows >= 20
    and 5 * (older.filled * newer.rows - newer.filled * older.rows) >= older.rows * newer.rows
