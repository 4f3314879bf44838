-- One row per person compared and thing of which something is known some time after they reached the stage.
--
-- grain: customer_id, kind, event, name, value, times
-- reads: drivers_there, journey_event, fct_event, fct_case, fct_promise, fct_customer_movement, customer_of, local_day, properties
-- takes: stage_no, patience_seconds, shown (columns of the fact to try), judged (those known of customers only), dimensions
--        (properties that a column tells), by_account (accounts are followed)
-- note:  kinds: dimension (as at the stage), event (times: so often or more in the span), event property, property (as told now, unless
--        told later than the span), reply (asked, and none within the patience), promise (broken by then). value is null where only
--        that something is known of the thing. What is sensitive anywhere is never tried, nor what the way itself is made of: the
--        journey's own events, lifecycle and sales stages. An event goes along when it came after the entry, not with it
with there as materialized (
    select *
    from drivers_there
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

-- who was not a customer yet has no segment: only of who was one by then was it known
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
    left join journey_event on people.journey_id = journey_event.journey_id and fct_event.event_id = journey_event.event_id
    left join local_day on people.here_at = local_day.starts_at
    where
        journey_event.event_id is null
        and fct_event.entity not in ('stage_changes', 'opportunities')
        and date_trunc('second', fct_event.happened_at) > people.here_at
        and date_trunc('second', fct_event.happened_at) <= people.looked_at
        -- an entry at midnight is told to the day only: what is told of the same day may be the entry itself
        and (local_day.ends_at is null or fct_event.happened_at >= local_day.ends_at)
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
)

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
