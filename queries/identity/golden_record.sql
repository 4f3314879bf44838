-- One row per customer with records: of every field the senior source's value, else the newest that is not empty.
--
-- grain:    customer_id
-- reads:    customer_of, customer_records, senior_value
-- dated by: created_at
with told as (
    select
        customer_of.customer_id,
        customer_records.row_id,
        customer_records.source,
        customer_records.kind,
        nullif(trim(customer_records.name), '') as name,
        nullif(trim(customer_records.email), '') as email,
        nullif(trim(customer_records.phone), '') as phone,
        nullif(trim(customer_records.region), '') as region,
        nullif(trim(customer_records.business_unit), '') as business_unit,
        nullif(trim(customer_records.lifecycle), '') as lifecycle,
        nullif(trim(customer_records.acquired_through), '') as acquired_through,
        nullif(trim(customer_records.acquisition_reason), '') as acquisition_reason,
        nullif(trim(customer_records.referred_by), '') as referred_by,
        nullif(trim(customer_records.owner), '') as owner,
        customer_records.created_at,
        coalesce(customer_records.updated_at, customer_records.created_at, timestamp '1970-01-01') as told_at
    from customer_records
    inner join customer_of on customer_of.entity = 'customer_records' and customer_of.row_id = customer_records.row_id
),

newest as (
    select
        customer_id,
        first_value(name ignore nulls) over newest_first as name,
        first_value(email ignore nulls) over newest_first as email,
        first_value(phone ignore nulls) over newest_first as phone,
        first_value(region ignore nulls) over newest_first as region,
        first_value(business_unit ignore nulls) over newest_first as business_unit,
        first_value(lifecycle ignore nulls) over newest_first as lifecycle,
        first_value(acquired_through ignore nulls) over newest_first as acquired_through,
        first_value(acquisition_reason ignore nulls) over newest_first as acquisition_reason,
        first_value(referred_by ignore nulls) over newest_first as referred_by,
        first_value(case when referred_by is not null then source end ignore nulls) over newest_first as referred_by_source,
        first_value(owner ignore nulls) over newest_first as owner,
        min(created_at) over newest_first as created_at,
        max(case when kind = 'company' then 1 else 0 end) over newest_first as is_company,
        max(case when kind = 'person' then 1 else 0 end) over newest_first as is_person,
        count(*) over newest_first as records,
        row_number() over (partition by customer_id order by told_at desc, row_id) as place
    from told
    window newest_first as (
        partition by customer_id order by told_at desc, row_id rows between unbounded preceding and unbounded following
    )
),

senior as (
    select
        customer_id,
        max(case when field = 'name' then value end) as name,
        max(case when field = 'email' then value end) as email,
        max(case when field = 'phone' then value end) as phone,
        max(case when field = 'region' then value end) as region,
        max(case when field = 'business_unit' then value end) as business_unit,
        max(case when field = 'lifecycle' then value end) as lifecycle,
        max(case when field = 'acquired_through' then value end) as acquired_through,
        max(case when field = 'acquisition_reason' then value end) as acquisition_reason,
        max(case when field = 'referred_by' then value end) as referred_by,
        max(case when field = 'referred_by' then source end) as referred_by_source,
        max(case when field = 'owner' then value end) as owner
    from senior_value
    group by customer_id
)

select
    newest.customer_id,
    coalesce(senior.name, newest.name) as name,
    coalesce(senior.email, newest.email) as email,
    coalesce(senior.phone, newest.phone) as phone,
    coalesce(senior.region, newest.region) as region,
    coalesce(senior.business_unit, newest.business_unit) as business_unit,
    coalesce(senior.lifecycle, newest.lifecycle) as lifecycle,
    coalesce(senior.acquired_through, newest.acquired_through) as acquired_through,
    coalesce(senior.acquisition_reason, newest.acquisition_reason) as acquisition_reason,
    coalesce(senior.referred_by, newest.referred_by) as referred_by,
    coalesce(senior.referred_by_source, newest.referred_by_source) as referred_by_source,
    coalesce(senior.owner, newest.owner) as owner,
    newest.created_at,
    newest.records,
    case when newest.is_company = 1 then 'company' when newest.is_person = 1 then 'person' else 'unidentified' end as kind
from newest
left join senior on senior.customer_id = newest.customer_id
where newest.place = 1
