-- One row per month for which costs of a kind are told, in cents of the reporting currency.
--
-- grain: month
-- reads: cost_of_month
-- takes: kind
select
    month,
    starts_at,
    cents,
    unknown_amounts
from cost_of_month
where kind = $kind
order by month
