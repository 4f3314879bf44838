-- One row per person compared, or of one part of those who are not: what turned them away, and with or without one thing.
--
-- grain: customer_id
-- reads: selected_rows, journey_event, fct_event, fct_case, fct_promise, fct_customer_movement, customer_of, properties, customers
-- takes: starts_at, ends_at (of the attempt's start), as_of, window_seconds, stages, stage_no, span_seconds, patience_seconds, shown,
--        judged, dimensions, by_account, kind,
--        event, name, value, times, among (of the thing, as in drivers; kind '': no thing), part, zone, most, skipped
-- note:  parts: compared, turned_away, moved_on, moved_on_sooner, left_sooner, too_late; of a thing with, without, with_turned_away,
--        without_turned_away
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

same as (
    select
        customer_id,
        max(case when value = $value and times = $times then 1 else 0 end) = 1 as has_it
    from known
    where kind = $kind and event = $event and name = $name
    group by customer_id
),

chosen as (
    select
        there.*,
        strftime((there.entered_at + to_seconds($window_seconds)) at time zone 'UTC' at time zone $zone, '%-d %B %Y') as ended_on,
        strftime((there.entered_at + to_seconds(there.on_after)) at time zone 'UTC' at time zone $zone, '%-d %B %Y') as moved_on,
        coalesce(same.has_it, false) as has_it,
        there.part = 'compared' and case $among
            when 'everyone' then true
            when 'event' then often.customer_id is not null
            else same.customer_id is not null
        end as is_among
    from there
    left join same on there.customer_id = same.customer_id
    left join often on there.customer_id = often.customer_id and often.event = $event
)

select
    chosen.customer_id,
    chosen.account_id,
    customers.name,
    cast(chosen.turned_away as double) as value,
    chosen.here_at as happened_at,
    chosen.subject,
    case
        when chosen.turned_away then chosen.because || '; turned away: the time ended on ' || chosen.ended_on
        else chosen.because || '; moved on on ' || chosen.moved_on
    end as because,
    chosen.channel,
    chosen.segment,
    chosen.region
from chosen
left join customers on chosen.customer_id = customers.customer_id
where
    case $part
        when 'compared' then chosen.part = 'compared'
        when 'turned_away' then chosen.part = 'compared' and chosen.turned_away
        when 'moved_on' then chosen.part = 'compared' and not chosen.turned_away
        when 'with' then chosen.is_among and chosen.has_it
        when 'without' then chosen.is_among and not chosen.has_it
        when 'with_turned_away' then chosen.is_among and chosen.has_it and chosen.turned_away
        when 'without_turned_away' then chosen.is_among and not chosen.has_it and chosen.turned_away
        else chosen.part = $part
    end
order by chosen.here_at desc, chosen.customer_id
limit $most offset $skipped
