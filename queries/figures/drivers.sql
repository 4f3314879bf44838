-- One row per thing known of people some time after they reached a stage: how many had it, and how many of those turned away.
--
-- grain: kind, event, name, value, times
-- reads: drivers_there, drivers_known
-- takes: least (people with it, and without it)
-- note:  the parts of those who are not compared are kinds of their own. among says with whom they are compared: everyone, who had
--        the event, or of whom the same is known
with there as materialized (
    select *
    from drivers_there
),

known as materialized (
    select *
    from drivers_known
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
    from there
    where part = 'compared'
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
