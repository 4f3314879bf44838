-- One row per company that is a customer now: how many of its people are known, and whether one of them decides.
--
-- grain:     account_id
-- reads:     account_as_of, customer_of, customer_records, customers, decision_role, fct_customer_movement, segment_at
-- dated by:  as_of
-- judged by: customer_records, orders, contracts
-- note:      who decides is told by the role of a person's record: it holds one of the words that customer.toml names
with here as (
    select account_id, sum(value_change) as value_a_year
    from fct_customer_movement
    where customer_kind = 'company'
    group by account_id
    having sum(customers_change) > 0
),

roles as (
    select
        customer_of.account_id,
        customer_of.customer_id,
        ' ' || replace(replace(lower(trim(customer_records.role)), '_', ' '), '-', ' ') || ' ' as role
    from customer_records
    inner join customer_of
        on customer_of.entity = 'customer_records' and customer_records.row_id = customer_of.row_id
    where customer_records.kind = 'person' and customer_of.customer_id <> customer_of.account_id
),

people as (
    select
        roles.account_id,
        count(distinct roles.customer_id) as people,
        count(distinct case when decision_role.word is not null then roles.customer_id end) as decision_makers
    from roles
    left join decision_role
        on roles.role like '% ' || decision_role.word || ' %'
    group by roles.account_id
)

select
    here.account_id as customer_id,
    here.account_id,
    coalesce(people.people, 0) as people,
    coalesce(people.decision_makers, 0) as decision_makers,
    coalesce(people.decision_makers > 0, false) as has_decision_maker,
    here.value_a_year,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    customers.customer_id as subject,
    case
        when people.decision_makers > 0 then 'somebody who decides is known'
        when people.people > 0 then 'nobody known who decides'
        else 'nobody known'
    end as because,
    account_as_of.as_of
from here
inner join customers on here.account_id = customers.customer_id
cross join account_as_of
left join people on here.account_id = people.account_id
left join segment_at
    on here.account_id = segment_at.account_id
    and account_as_of.as_of >= segment_at.from_at
    and account_as_of.as_of < segment_at.until_at
