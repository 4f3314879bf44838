-- One row per thing known of people some time after they reached a stage: how many had it, and how many of those turned away.
--
-- grain: kind, event, name, value, times
-- reads: selected_rows, journey_event, fct_event, fct_case, fct_promise, fct_customer_movement, customer_of, properties
-- takes: starts_at, ends_at (of the attempt's start), as_of, window_seconds, stages, stage_no, span_seconds, patience_seconds,
--        shown (columns of the fact to try), judged (those known of customers only), dimensions
--        (properties that a column tells), by_account (accounts are followed), least (people with it, and without it)
-- note:  compared: known, not set aside, still at the stage when the span was over, with time left; the others are kinds of their own.
--        kinds: dimension (as at the stage), event (times: so often or more in the span), event property, property (as told now, unless
--        told later than the span), reply (asked, and none within the patience), promise (broken by then). among says with whom they
--        are compared: everyone, who had the event, or of whom the same is known. What is sensitive anywhere is never tried
with sought as (
    select
        *,
        least(
            case when $stage_no <= 1 then next_1 end,
            case when $stage_no <= 2 then next_2 end,
            case when $stage_no <= 3 then next_3 end,
            case when $stage_no <= 4 then next_4 end,
            case when $stage_no <= 5 then next_5 end,
            case when $stage_no <= 6 then next_6 end,
            case when $stage_no <= 7 then next_7 end,
            case when $stage_no <= 8 then next_8 end,
            case when $stage_no <= 9 then next_9 end,
            case when $stage_no <= 10 then next_10 end,
            case when $stage_no <= 11 then next_11 end,
            next_12
        ) as here_after,
        least(
            case when $stage_no < 2 then next_2 end,
            case when $stage_no < 3 then next_3 end,
            case when $stage_no < 4 then next_4 end,
            case when $stage_no < 5 then next_5 end,
            case when $stage_no < 6 then next_6 end,
            case when $stage_no < 7 then next_7 end,
            case when $stage_no < 8 then next_8 end,
            case when $stage_no < 9 then next_9 end,
            case when $stage_no < 10 then next_10 end,
            case when $stage_no < 11 then next_11 end,
            next_12
        ) as on_after,
        [next_1, next_2, next_3, next_4, next_5, next_6, next_7, next_8, next_9, next_10, next_11, next_12][$stages] as last_after
    from selected_rows
    where
        starts_attempt and is_identified and entered_at >= $starts_at and entered_at < $ends_at
        and (previous_entered_at is null or previous_entered_at < $starts_at)
        and entered_at + to_seconds($window_seconds) <= $as_of
),

there as (
    select
        *,
        entered_at + to_seconds(here_after) as here_at,
        entered_at + to_seconds(here_after + $span_seconds) as looked_at,
        on_after is null or on_after > $window_seconds as turned_away,
        case
            when on_after <= least(here_after + $span_seconds, $window_seconds) then 'moved_on_sooner'
            when left_after <= here_after + $span_seconds then 'left_sooner'
            when here_after + $span_seconds >= $window_seconds then 'too_late'
            else 'compared'
        end as part
    from sought
    where
        here_after <= $window_seconds
        and (
            excluded_after is null
            or excluded_after > $window_seconds
            or coalesce(excluded_after >= last_after, false)
        )
),

reaching as (
    select
        there.customer_id,
        arg_min(journey_event.channel, journey_event.event_id) as channel,
        arg_min(journey_event.segment, journey_event.event_id) as segment,
        arg_min(journey_event.region, journey_event.event_id) as region,
        arg_min(journey_event.customer_kind, journey_event.event_id) as customer_kind
    from there
    inner join journey_event
        on there.journey_id = journey_event.journey_id
        and there.customer_id = journey_event.customer_id
        and there.here_at = journey_event.happened_at
        and journey_event.stage_no = $stage_no
    where there.part = 'compared'
    group by there.customer_id
),

people as (
    select
        there.* replace (
            coalesce(reaching.channel, there.channel) as channel,
            coalesce(reaching.segment, there.segment) as segment,
            coalesce(reaching.region, there.region) as region,
            coalesce(reaching.customer_kind, there.customer_kind) as customer_kind
        )
    from there
    left join reaching on there.customer_id = reaching.customer_id
    where there.part = 'compared'
),

-- a segment reaches back before the first day it was worked out: only of who was a customer by then was it known
customers_since as (
    select
        account_id,
        min(happened_at) as since
    from fct_customer_movement
    where movement = 'gained'
    group by account_id
),

carried as (
    select
        people.customer_id,
        people.turned_away,
        coalesce(customers_since.since <= people.looked_at, false) as was_customer,
        cast(columns(lambda c: list_contains($shown, c)) as varchar)
    from people
    left join customers_since on people.account_id = customers_since.account_id
),

carried_values as (
    unpivot carried on columns(* exclude (customer_id, turned_away, was_customer)) into name name value value
),

happened as (
    select
        people.customer_id,
        people.turned_away,
        fct_event.event,
        fct_event.entity,
        fct_event.entity_id
    from people
    inner join fct_event on people.customer_id = case when $by_account then fct_event.account_id else fct_event.customer_id end
    where fct_event.happened_at >= people.here_at and date_trunc('second', fct_event.happened_at) <= people.looked_at
),

often as (
    select
        customer_id,
        turned_away,
        event,
        count(*) as n
    from happened
    group by customer_id, turned_away, event
),

told as (
    select
        subject_kind,
        subject_id,
        name,
        value,
        updated_at
    from properties
    where value is not null and name not in (select name from properties where sensitive)
),

asked as (
    select
        people.customer_id,
        people.turned_away,
        bool_or(coalesce(fct_case.first_replied_at > fct_case.opened_at + to_seconds($patience_seconds), true)) as waited
    from people
    inner join fct_case on people.customer_id = case when $by_account then fct_case.account_id else fct_case.customer_id end
    where
        fct_case.is_counted and fct_case.opened_by = 'customer' and fct_case.opened_at >= people.here_at
        and fct_case.opened_at + to_seconds($patience_seconds) <= least(people.looked_at, fct_case.as_of)
    group by people.customer_id, people.turned_away
),

promised as (
    select
        people.customer_id,
        people.turned_away,
        fct_promise.promise,
        bool_or(not fct_promise.was_kept) as was_broken
    from people
    inner join fct_promise
        on people.customer_id = case when $by_account then fct_promise.account_id else fct_promise.customer_id end
    where
        fct_promise.is_decided and fct_promise.started_at >= people.here_at and fct_promise.decided_at <= people.looked_at
    group by people.customer_id, people.turned_away, fct_promise.promise
),

-- one line per person and thing of which something is known; value is null where only that is known
known as (
    select customer_id, turned_away, 'dimension' as kind, '' as event, name, value, 1 as times
    from carried_values
    where value <> 'unknown' and (was_customer or not list_contains($judged, name))
    union all
    select customer_id, turned_away, 'event' as kind, event, '' as name, 'at least' as value, thrice.times
    from often
    cross join (values (1), (3)) as thrice (times)
    where often.n >= thrice.times
    union all
    select distinct happened.customer_id, happened.turned_away, 'event property' as kind, happened.event, told.name, told.value, 1 as times
    from happened
    inner join told on happened.entity = told.subject_kind and happened.entity_id = told.subject_id
    union all
    select distinct people.customer_id, people.turned_away, 'property' as kind, '' as event, told.name, told.value, 1 as times
    from people
    inner join customer_of
        on people.customer_id = case when $by_account then customer_of.account_id else customer_of.customer_id end
        and customer_of.entity = 'customer_records'
    inner join told on told.subject_kind = 'customer_records' and customer_of.row_id = told.subject_id
    where (told.updated_at is null or told.updated_at <= people.looked_at) and not list_contains($dimensions, told.name)
    union all
    select customer_id, turned_away, 'reply' as kind, '' as event, '' as name, case when waited then 'none in time' end as value, 1 as times
    from asked
    union all
    select customer_id, turned_away, 'promise' as kind, '' as event, promise as name, case when was_broken then 'broken' end as value, 1 as times
    from promised
),

things as (
    select
        kind,
        event,
        name,
        count(distinct customer_id) as n,
        count(distinct customer_id) filter (where turned_away) as turned_away,
        count(distinct value) as choices
    from known
    group by kind, event, name
),

had as (
    select
        kind,
        event,
        name,
        value,
        times,
        count(*) as n,
        count(*) filter (where turned_away) as turned_away
    from known
    where value is not null
    group by kind, event, name, value, times
),

whole as (
    select
        count(*) as n,
        count(*) filter (where turned_away) as turned_away
    from people
),

compared as (
    select
        had.kind,
        had.event,
        had.name,
        had.value,
        had.times,
        had.n,
        had.turned_away,
        case
            when had.kind = 'event' or (had.kind = 'property' and things.choices = 1) then 'everyone'
            when had.kind = 'event property' and things.choices = 1 then 'event'
            else 'same'
        end as among,
        things.choices,
        things.n as n_same,
        things.turned_away as turned_away_same
    from had
    inner join things on had.kind = things.kind and had.event = things.event and had.name = things.name
),

against as (
    select
        compared.kind,
        compared.event,
        compared.name,
        compared.value,
        compared.times,
        compared.n,
        compared.turned_away,
        compared.among,
        compared.choices,
        case compared.among when 'everyone' then whole.n when 'event' then by_event.n else compared.n_same end as n_among,
        case compared.among
            when 'everyone' then whole.turned_away
            when 'event' then by_event.turned_away
            else compared.turned_away_same
        end as turned_away_among
    from compared
    cross join whole
    left join things as by_event
        on compared.event = by_event.event and by_event.kind = 'event'
)

select kind, event, name, value, times, n, turned_away, among, choices, n_among, turned_away_among
from against
where n >= $least and n_among - n >= $least
union all
select
    part as kind, '' as event, '' as name, '' as value, 1 as times, count(*) as n, count(*) filter (where turned_away) as turned_away,
    'everyone' as among, 1 as choices, count(*) as n_among, count(*) filter (where turned_away) as turned_away_among
from there
group by part
order by kind, event, name, value, times
