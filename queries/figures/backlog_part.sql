-- One row per request of one part of the backlog: unsolved at the instant (of an age), or opened, opened again or solved before it.
--
-- grain: spell_id
-- reads: selected_rows
-- takes: starts_at, instant, part (here, opening, opened, reopened, solved), youngest, oldest (seconds of age: youngest <= age < oldest)
with placed as (
    select
        *,
        date_diff('second', date_trunc('second', opened_at), date_trunc('second', $instant)) as age
    from selected_rows
    where from_at < $instant and (until_at is null or until_at >= $starts_at)
)

select *
from placed
where
    case $part
        when 'opening' then from_at < $starts_at
        when 'opened' then from_at >= $starts_at and spell_no = 1
        when 'reopened' then from_at >= $starts_at and spell_no > 1
        when 'solved' then until_at < $instant
        else (until_at is null or until_at >= $instant) and age >= $youngest and age < $oldest
    end
