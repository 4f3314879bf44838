-- One row per account that became a customer: what it is worth a year later, and whether it soon took a second product.
--
-- grain:     account_id
-- reads:     account_product, fct_customer_movement, local_day
-- dated by:  became_customer_at
-- judged by: orders, contracts, opportunities, stage_changes, interactions
-- note:      each answer is dated when its time is over: the value that is left on the 365th day after (nothing when the customer is lost), a product
--            that was not among the first day's within 180 days of that day
with gained as (
    select account_id, moved_on, happened_at, segment, region, customer_kind, acquired_through, business_unit, subject, as_of
    from fct_customer_movement
    where movement = 'gained'
),

worth as (
    select
        gained.account_id,
        sum(changes.customers_change) as is_customer,
        sum(changes.known_change) as is_known,
        sum(cast(floor(changes.value_change * 100 + 0.5) as bigint)) as cents
    from gained
    inner join fct_customer_movement as changes
        on gained.account_id = changes.account_id and changes.moved_on <= gained.moved_on + 365
    group by gained.account_id
),

firsts as (
    select account_id, min(first_on) as first_product_on
    from account_product
    group by account_id
),

seconds as (
    select firsts.account_id, firsts.first_product_on, min(account_product.first_on) as second_product_on
    from firsts
    left join account_product
        on firsts.account_id = account_product.account_id and account_product.first_on > firsts.first_product_on
    group by firsts.account_id, firsts.first_product_on
)

select
    gained.account_id as customer_id,
    gained.account_id,
    gained.happened_at as became_customer_at,
    coalesce(year_over.starts_at, cast(gained.moved_on + 366 as timestamp)) as year_over_at,
    worth.is_customer > 0 as is_customer_after_a_year,
    worth.is_customer = 0 or worth.is_known > 0 as value_known_after_a_year,
    cast(worth.cents as double) / 100 as value_after_a_year,
    seconds.first_product_on,
    seconds.second_product_on,
    case
        when seconds.first_product_on is not null
            then coalesce(second_over.starts_at, cast(seconds.first_product_on + 181 as timestamp))
    end as second_known_at,
    coalesce(seconds.second_product_on <= seconds.first_product_on + 180, false) as took_a_second_product,
    gained.segment,
    gained.region,
    gained.customer_kind,
    gained.acquired_through,
    gained.business_unit,
    gained.subject,
    'became a customer on ' || cast(gained.moved_on as varchar) as because,
    gained.as_of
from gained
inner join worth
    on gained.account_id = worth.account_id
left join seconds
    on gained.account_id = seconds.account_id
left join local_day as year_over
    on gained.moved_on + 366 = year_over.day
left join local_day as second_over
    on seconds.first_product_on + 181 = second_over.day
