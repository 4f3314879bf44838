-- The words that nobody declared, the commonest first, with the column they stand in.
select
    source,
    entity,
    column_name,
    value,
    rows
from unknown_values
order by source, entity, column_name, unknown_values.rows desc, value
