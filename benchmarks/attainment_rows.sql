-- One row per decided promise: what a plain function counts attainment from.
select promise, team, was_kept
from fct_promise
where is_decided
