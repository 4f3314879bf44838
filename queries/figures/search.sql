-- One row per customer whose name, e-mail, company, phone or id holds a text, and which of them does; the nearest first.
--
-- grain: customer_id
-- reads: customers, segment_membership, workspace_setting
-- takes: text (lower case), digits (of the text, empty when too few), most
with found as (
    select
        customer_id,
        account_id,
        name,
        kind,
        email,
        phone,
        region,
        lifecycle,
        company_name,
        case
            when lower(customer_id) = $text or lower(email) = $text then 1
            when starts_with(lower(name), $text) then 2
            when contains(lower(name), $text) then 3
            else 4
        end as place,
        case
            when lower(customer_id) = $text then 'id'
            when contains(lower(name), $text) then 'name'
            when contains(lower(email), $text) then 'e-mail'
            when contains(lower(company_name), $text) then 'company'
            else 'phone'
        end as matched
    from customers
    where
        kind <> 'unidentified'
        and (
            contains(lower(name), $text)
            or contains(lower(email), $text)
            or lower(customer_id) = $text
            or contains(lower(company_name), $text)
            or ($digits <> '' and contains(regexp_replace(phone, '[^0-9]', '', 'g'), $digits))
        )
)

select
    found.customer_id,
    found.account_id,
    found.name,
    found.kind,
    found.email,
    found.phone,
    found.region,
    coalesce(segment_membership.segment, 'unknown') as segment,
    found.lifecycle,
    found.company_name,
    found.matched
from found
cross join workspace_setting
left join segment_membership
    on found.account_id = segment_membership.customer_id
    and segment_membership.segmentation = workspace_setting.segmentation
    and segment_membership.until_day = date '9999-12-31'
order by found.place, found.name, found.customer_id
limit $most
