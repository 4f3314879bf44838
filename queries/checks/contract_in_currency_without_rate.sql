-- Contracts whose money cannot be told in the workspace's currency.
--
-- severity: warning
-- sentence: These contracts are in a currency without a rate; their value is unknown and added nowhere. Load rates.
-- reads:    contracts, rates, workspace_setting
select
    'contracts' as entity,
    contracts.row_id
from contracts
cross join workspace_setting
left join rates on upper(rates.currency) = upper(contracts.currency) and rates.day <= contracts.starts_on
where contracts.amount_per_month > 0 and upper(contracts.currency) <> upper(workspace_setting.currency) and rates.currency is null
