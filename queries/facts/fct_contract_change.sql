-- One row per contract that took the place of another of the same account: whether it brings clearly more.
--
-- grain:     row_id
-- reads:     account_as_of, account_contract, customer_rule, customers, local_day, segment_at
-- dated by:  changed_at
-- judged by: contracts
-- note:      it began on the day the other was over or within the renewal grace; where several were over, the last of the same product, else the last;
--            clearly more is over 10 %, so that a yearly rise of prices is no higher plan
with timeline as (
    select account_id, lower(coalesce(product, '')) as product, over_on as day, 0 as sort_no, row_id, row_id as over_row
    from account_contract
    union all
    select account_id, lower(coalesce(product, '')) as product, counts_from as day, 1 as sort_no, row_id, cast(null as varchar) as over_row
    from account_contract
),

beside as (
    select
        row_id,
        sort_no,
        last_value(over_row ignore nulls) over (
            partition by account_id, product order by day, sort_no, row_id rows between unbounded preceding and current row
        ) as of_product,
        last_value(over_row ignore nulls) over (
            partition by account_id order by day, sort_no, row_id rows between unbounded preceding and current row
        ) as of_account
    from timeline
),

pairs as (
    select
        later.row_id, later.contract_id, later.account_id, later.product, later.counts_from, later.cents,
        earlier.contract_id as earlier_contract_id, earlier.product as earlier_product, earlier.cents as earlier_cents
    from account_contract as later
    inner join beside
        on later.row_id = beside.row_id and beside.sort_no = 1
    cross join customer_rule
    left join account_contract as same
        on beside.of_product = same.row_id and later.counts_from <= same.over_on + customer_rule.renewal_grace_days
    inner join account_contract as earlier
        on coalesce(same.row_id, beside.of_account) = earlier.row_id
        and later.counts_from <= earlier.over_on + customer_rule.renewal_grace_days
),

dated as (
    select
        pairs.row_id, pairs.contract_id, pairs.account_id, pairs.product, pairs.cents, pairs.earlier_contract_id, pairs.earlier_product,
        pairs.earlier_cents, coalesce(local_day.starts_at, cast(pairs.counts_from as timestamp)) as changed_at
    from pairs
    left join local_day on pairs.counts_from = local_day.day
)

select
    dated.row_id,
    dated.account_id as customer_id,
    dated.account_id,
    dated.changed_at,
    dated.contract_id,
    dated.earlier_contract_id,
    dated.cents is not null and dated.earlier_cents is not null as is_known,
    coalesce((dated.cents - dated.earlier_cents) * 100 > dated.earlier_cents * 10, false) as is_higher,
    cast(dated.cents - dated.earlier_cents as double) / 100 as value_change,
    coalesce(dated.product, 'unknown') as product,
    coalesce(dated.earlier_product, 'unknown') as earlier_product,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit,
    dated.contract_id as subject,
    'took the place of ' || dated.earlier_contract_id as because,
    account_as_of.as_of
from dated
inner join customers on dated.account_id = customers.customer_id
cross join account_as_of
left join segment_at
    on dated.account_id = segment_at.account_id
    and dated.changed_at >= segment_at.from_at
    and dated.changed_at < segment_at.until_at
