-- One row per purchase that was not taken back, with where it was made and where its buyer looked in the thirty days before.
--
-- grain:     row_id
-- reads:     customer_of, customers, entity_as_of, fct_event, first_look, local_day, orders, segment_at, workspace_setting
-- in parts:  customer_id
-- dated by:  ordered_at
-- judged by: orders, interactions
-- note:      a look is something the buyer did in the web, the app or a store (an interaction, inbound or self), at most 30 x 24 hours
--            before, the purchase's own second included. A purchase told by its day only is looked back on by days: its own and the 30
--            before. looks_known: the buyer is known, and such interactions are told of for all of that time
with judged as (
    select min(as_of) as as_of
    from entity_as_of
    where entity in ('orders', 'interactions')
),

looks as (
    select
        customer_id,
        date_trunc('second', happened_at) as looked_at,
        case channel when 'store' then 'store' else 'online' end as place
    from fct_event
    where entity = 'interactions' and direction in ('inbound', 'self') and channel in ('web', 'app', 'store')
),

dated as (
    select
        row_id,
        ordered_at,
        coalesce(channel, 'unknown') as channel,
        coalesce(is_date_only, false) as is_date_only,
        cast(cast(ordered_at at time zone 'UTC' at time zone workspace_setting.zone as timestamp) as date) as ordered_day
    from orders
    cross join workspace_setting
    where status not in ('cancelled', 'refunded')
),

bought as (
    select
        dated.row_id,
        customer_of.customer_id,
        customer_of.account_id,
        dated.ordered_at,
        dated.channel,
        case
            when dated.is_date_only then its_day.ends_at - interval '1' second
            else date_trunc('second', dated.ordered_at)
        end as until_at,
        case
            when dated.is_date_only then first_day.starts_at
            else date_trunc('second', dated.ordered_at) - interval '30' day
        end as from_at,
        judged.as_of
    from dated
    inner join customer_of on customer_of.entity = 'orders' and customer_of.row_id = dated.row_id
    cross join judged
    left join local_day as its_day on its_day.day = dated.ordered_day
    left join local_day as first_day on first_day.day = cast(dated.ordered_day - interval '30' day as date)
    where dated.ordered_at <= judged.as_of
),

-- in the same second a look comes before the purchase
passed as (
    select customer_id, '' as row_id, looked_at as moment, 0 as sort_no, place
    from looks
    union all
    select customer_id, row_id, until_at as moment, 1 as sort_no, null as place
    from bought
),

seen as (
    select
        row_id,
        max(case when place = 'online' then moment end) over upto as online_at,
        max(case when place = 'store' then moment end) over upto as store_at
    from passed
    window upto as (
        partition by customer_id order by moment, sort_no, row_id rows between unbounded preceding and current row
    )
)

select
    bought.row_id,
    bought.customer_id,
    bought.account_id,
    bought.ordered_at,
    bought.channel,
    case when bought.channel = 'store' then 'store' when bought.channel in ('web', 'app') then 'online' else 'elsewhere' end as bought_in,
    coalesce(seen.online_at >= bought.from_at, false) as looked_online,
    coalesce(seen.store_at >= bought.from_at, false) as looked_in_store,
    coalesce(customers.kind <> 'unidentified' and first_look.looks_since <= bought.from_at, false) as looks_known,
    bought.as_of,
    bought.row_id as subject,
    'bought through ' || bought.channel
    || case
        when seen.online_at >= bought.from_at and seen.store_at >= bought.from_at then ', looked online and in a store before'
        when seen.online_at >= bought.from_at then ', looked online before'
        when seen.store_at >= bought.from_at then ', looked in a store before'
        else ''
    end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from bought
inner join customers on customers.customer_id = bought.customer_id
inner join seen on bought.row_id = seen.row_id
cross join first_look
left join segment_at
    on segment_at.account_id = bought.account_id
    and bought.ordered_at >= segment_at.from_at
    and bought.ordered_at < segment_at.until_at
order by bought.customer_id, bought.ordered_at, bought.row_id
