-- One row per entity, source, month and currency of what is gone on request: "removed on request", how many rows, and their value.
--
-- grain: entity, source, month, currency
-- reads: removed_on_request
-- note:  added up over everybody who asked for it, so that no row is anybody's own where more than one did
select
    'removed on request' as customer,
    removed_on_request.entity,
    removed_on_request.source,
    removed_on_request.month,
    removed_on_request.currency,
    removed_on_request.rows,
    removed_on_request.value
from removed_on_request
order by removed_on_request.entity, removed_on_request.source, removed_on_request.month, removed_on_request.currency
