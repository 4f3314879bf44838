-- One row per customer, prospect or company, as we know it: the newest value of every field.
--
-- grain:    customer_id
-- reads:    customer_first_seen, golden_record, group_customer, group_key, identity_member
-- dated by: first_seen_at
-- note:     a row without a usable key is a customer of its own, of kind unidentified; customer_no is a narrow key to count by, of no
--           meaning beyond its snapshot, and negative for the unidentified
with referrals as (
    select
        golden_record.customer_id,
        min(coalesce(by_record.customer_id, by_key.customer_id)) as referrer
    from golden_record
    left join identity_member on identity_member.node_key = golden_record.referred_by_source || ':' || golden_record.referred_by
    left join group_customer as by_record on by_record.group_key = identity_member.group_key
    left join group_key
        on group_key.key = case when golden_record.referred_by like '%_@_%' then 'email=' else 'external=' end
        || lower(golden_record.referred_by)
    left join group_customer as by_key on by_key.group_key = group_key.group_key
    where golden_record.referred_by is not null
    group by golden_record.customer_id
)

select
    customer_first_seen.customer_id,
    customer_first_seen.account_id,
    case
        when customer_first_seen.is_unidentified then 'unidentified'
        else coalesce(golden_record.kind, 'person')
    end as kind,
    golden_record.name,
    golden_record.email,
    golden_record.phone,
    golden_record.region,
    golden_record.business_unit,
    golden_record.lifecycle,
    golden_record.acquired_through,
    golden_record.acquisition_reason,
    nullif(referrals.referrer, customer_first_seen.customer_id) as referred_by_customer_id,
    golden_record.owner,
    company.name as company_name,
    golden_record.created_at,
    customer_first_seen.first_seen_at,
    coalesce(golden_record.records, 0) as records,
    cast(
        case when customer_first_seen.is_unidentified then -1 else 1 end * row_number() over (order by customer_first_seen.customer_id)
        as integer
    ) as customer_no
from customer_first_seen
left join golden_record on golden_record.customer_id = customer_first_seen.customer_id
left join golden_record as company
    on company.customer_id = customer_first_seen.account_id and customer_first_seen.account_id <> customer_first_seen.customer_id
left join referrals on referrals.customer_id = customer_first_seen.customer_id
