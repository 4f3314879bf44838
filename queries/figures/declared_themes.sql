-- One row per theme that comments are looked through for.
--
-- grain: theme_id
-- reads: theme
select
    theme_id,
    theme
from theme
order by theme
