-- Requests that were solved, opened again and have stayed open for ninety days.
--
-- severity: note
-- sentence: These requests were solved, came back, and are still open after ninety days: forgotten, or closed in another system.
-- reads:    fct_case
select
    'cases' as entity,
    row_id
from fct_case
where is_counted and is_open and reopened_at < as_of - interval '90' day
