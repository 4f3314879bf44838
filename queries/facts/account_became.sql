-- One row per account that became a customer: the local day it did so for the first time.
--
-- grain:     account_id
-- reads:     account_activity, account_contract, customer_rule
-- dated by:  became_on
-- judged by: orders, contracts, opportunities, stage_changes
with beginnings as (
    select account_id, day
    from account_activity
    where becomes
    union all
    select account_contract.account_id, account_contract.counts_from as day
    from account_contract
    cross join customer_rule
    where customer_rule.becomes_by_contract
)

select account_id, min(day) as became_on
from beginnings
group by account_id
