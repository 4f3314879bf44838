-- One row per contract of an account that was ever in force, with the days on which it counts.
--
-- grain:     row_id
-- reads:     account_as_of, contracts, customer_of, customer_rule, customers, rate_of_day, workspace_setting
-- dated by:  counts_from
-- judged by: contracts
-- note:      the grace holds a contract whose account would else have none: it still counts for the renewal grace, or until one of the account starts at
--            or after its end, but not at all where another is in force that day; several that end together all count; one that ended on its first day never did
with terms as (
    select
        contracts.row_id,
        contracts.contract_id,
        customer_of.account_id,
        contracts.product,
        contracts.end_reason,
        contracts.starts_on,
        coalesce(contracts.ended_on, contracts.ends_on, date '9999-12-31') as over_on,
        contracts.amount_per_month,
        upper(coalesce(contracts.currency, workspace_setting.currency)) as currency
    from contracts
    inner join customer_of
        on contracts.row_id = customer_of.row_id and customer_of.entity = 'contracts'
    inner join customers
        on customer_of.account_id = customers.customer_id and customers.kind <> 'unidentified'
    cross join account_as_of
    cross join workspace_setting
    where
        contracts.starts_on <= account_as_of.as_of_day
        and coalesce(contracts.ended_on, contracts.ends_on, date '9999-12-31') > contracts.starts_on
),

boundaries as (
    select account_id, row_id, over_on as day, 0 as sort_no, cast(null as date) as starts_on, over_on
    from terms
    union all
    select account_id, row_id, starts_on as day, 1 as sort_no, starts_on, over_on
    from terms
),

followed as (
    select
        row_id,
        sort_no,
        first_value(starts_on ignore nulls) over (
            partition by account_id order by day, sort_no, row_id rows between 1 following and unbounded following
        ) as next_starts_on,
        max(over_on) over (
            partition by account_id order by day, sort_no, row_id rows between unbounded preceding and current row
        ) as in_force_until
    from boundaries
)

select
    terms.row_id,
    terms.contract_id,
    terms.account_id,
    terms.product,
    terms.end_reason,
    terms.starts_on as counts_from,
    terms.over_on,
    case
        when terms.over_on >= date '9000-01-01' then date '9999-12-31'
        when followed.in_force_until > terms.over_on then terms.over_on
        else least(terms.over_on + customer_rule.renewal_grace_days, coalesce(followed.next_starts_on, date '9999-12-31'))
    end as counts_until,
    cast(floor(cast(terms.amount_per_month as double) * rate_of_day.rate * 1200 + 0.5) as bigint) as cents
from terms
inner join followed
    on terms.row_id = followed.row_id and followed.sort_no = 0
cross join customer_rule
left join rate_of_day
    on terms.currency = rate_of_day.currency and terms.starts_on = rate_of_day.day
