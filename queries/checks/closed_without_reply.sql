-- Requests of customers that were closed although nobody had replied.
--
-- severity: note
-- sentence: These requests were closed and no reply of ours is known: nobody answered, or the export tells no replies.
-- reads:    fct_case
select
    'cases' as entity,
    row_id
from fct_case
where is_counted and not is_open and not is_withdrawn and opened_by = 'customer' and replied_at is null
