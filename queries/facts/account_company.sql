-- One row per account that is a company: how it is called, apart from others of the same name.
--
-- grain:    account_id
-- reads:    customers
-- dated by: none
with companies as (
    select
        customer_id as account_id,
        coalesce(company_name, name, customer_id) as name,
        count(*) over (partition by coalesce(company_name, name, customer_id)) as same_names
    from customers
    where kind = 'company'
)

select
    account_id,
    case when same_names > 1 then name || ' (' || account_id || ')' else name end as company
from companies
