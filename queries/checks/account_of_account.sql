-- Accounts that belong to another account.
--
-- severity: error
-- sentence: These accounts belong to another account; an account is a company or a person alone.
-- reads:    customers
select member.customer_id
from customers as member
inner join customers as account on account.customer_id = member.account_id
where account.account_id <> account.customer_id
