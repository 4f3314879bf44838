-- One row per account, local day and kind of thing on which what it brings in a year changes.
--
-- grain:     account_id, day, kind
-- reads:     account_contract, account_order
-- dated by:  day
-- judged by: orders, contracts
-- note:      in cents of the reporting currency, so that sums are exact; an order counts for 365 days; an unknown value adds an unknown item and no cents
with changes as (
    select account_id, counts_from as day, 'contract' as kind, cents, 1 as sign
    from account_contract
    union all
    select account_id, counts_until as day, 'contract' as kind, cents, -1 as sign
    from account_contract
    where counts_until < date '9999-12-31'
    union all
    select account_id, day, case when is_purchase then 'order' else 'refund' end as kind, cents, 1 as sign
    from account_order
    union all
    select account_id, day + 365 as day, case when is_purchase then 'order' else 'refund' end as kind, cents, -1 as sign
    from account_order
)

select
    account_id,
    day,
    kind,
    cast(sum(sign * coalesce(cents, 0)) as bigint) as cents,
    cast(sum(sign) as bigint) as items,
    cast(sum(case when cents is null then sign else 0 end) as bigint) as unknown_items,
    max(case when kind = 'order' and sign = 1 then day end) as bought_on
from changes
group by account_id, day, kind
