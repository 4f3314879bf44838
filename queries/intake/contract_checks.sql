-- The conditions that every entity declares, with the columns that each one reads.
select
    table_name,
    expression,
    constraint_column_names
from duckdb_constraints()
where constraint_type = 'CHECK' and schema_name = 'main'
order by table_name, constraint_index
