-- Requests that have been open for more than a year.
--
-- severity: note
-- sentence: These requests have been open for more than a year. Close them in their system, or they stand in every backlog.
-- reads:    fct_case
select
    'cases' as entity,
    row_id
from fct_case
where is_counted and is_open and opened_at < as_of - interval '365' day
