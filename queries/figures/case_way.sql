-- One row per request opened in the period: how long its customer waited for a first reply, or for a solution, and what ended it otherwise.
--
-- grain: row_id
-- reads: selected_rows
-- takes: starts_at, ends_at, awaits (reply, solution)
-- note:  stands for the way through a journey. What ends a wait otherwise: closed, merged or taken back without it. Set aside: ended at a
--        time that nobody tells. Where nobody waits for a reply, in a request that we opened and the customer never wrote in, there is no row
with waits as (
    select
        *,
        case when $awaits = 'reply' then wait_from else opened_at end as entered_at,
        case
            when $awaits = 'reply' then seconds_to_first_reply
            when not is_merged and not is_withdrawn then seconds_to_resolve
        end as to_after,
        case when $awaits = 'reply' then seconds_unanswered else seconds_to_leave end as left_after
    from selected_rows
    where opened_at >= $starts_at and opened_at < $ends_at
)

select
    *,
    0 as from_after,
    case
        when to_after is null and left_after is null and (is_merged or is_withdrawn or not is_unsolved) then 0
    end as excluded_after
from waits
where entered_at is not null and (to_after is null or to_after >= 0)
