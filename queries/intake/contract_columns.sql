-- The columns of every entity, in their order.
select
    table_name,
    column_name,
    data_type,
    is_nullable,
    comment
from duckdb_columns()
where schema_name = 'main' and not internal
order by table_name, column_index
