-- The rows of a metric whose numbers are asked for, with the columns that the numbers are made of.
--
-- grain: none
-- reads: selected_rows
-- takes: starts_at, ends_at, shown, marks (the numbers that changed_marks told)
select columns(lambda name: list_contains($shown, name))
from selected_rows
where
    happened_at >= $starts_at and happened_at < $ends_at
    and hash(*columns(lambda name: list_contains($shown, name))) in (select unnest($marks))
