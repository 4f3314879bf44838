-- One row per account: whether it came by word of mouth, otherwise, or nobody knows how.
--
-- grain:    customer_id
-- reads:    customers, earned_word
-- dated by: none
-- note:     whom a customer referred came by word of mouth, whatever else is told; how an account came is unknown where neither the source nor the
--           customer's own reason is told
with words as (
    select distinct word
    from earned_word
)

select
    customers.customer_id,
    customers.account_id,
    case
        when customers.referred_by_customer_id is not null or through.word is not null or because_of.word is not null then 'earned'
        when coalesce(nullif(nullif(lower(trim(customers.acquired_through)), ''), 'unknown'), nullif(trim(customers.acquisition_reason), '')) is null
            then 'unknown'
        else 'other'
    end as origin
from customers
left join words as through on lower(trim(customers.acquired_through)) = through.word
left join words as because_of on lower(trim(customers.acquisition_reason)) = because_of.word
where customers.customer_id = customers.account_id and customers.kind <> 'unidentified'
