-- One row per group of records that any row led to: whose it is, and when the first row about it is dated.
--
-- grain:    group_key
-- reads:    company_of, group_customer, row_group
-- dated by: first_seen_at
-- kept:     no
-- note:     account_id is the company's customer id, else the customer's own
with seen as (
    select
        group_key,
        min(dated_at) as first_seen_at,
        bool_and(matched_by = 'nothing') as is_unidentified
    from row_group
    group by group_key
),

named as (
    select
        seen.group_key,
        seen.first_seen_at,
        seen.is_unidentified,
        coalesce(group_customer.customer_id, 'C-' || substr(md5(seen.group_key), 1, 12)) as customer_id
    from seen
    left join group_customer on group_customer.group_key = seen.group_key
)

select
    named.group_key,
    named.customer_id,
    coalesce(company_of.company_customer_id, named.customer_id) as account_id,
    named.first_seen_at,
    named.is_unidentified
from named
left join company_of on company_of.group_key = named.group_key
