-- One row per account under contract at the opening, of some parts: worth 1 when it still is (values: what it brings at the closing), else 0.
--
-- grain: customer_id
-- reads: selected_rows, customers, fct_contract_value
-- takes: opening_day, closing_day, of_known (see revenue_retention), worth (kept, held or after), parts, most, skipped
with closing as (
    select account_id, cents, is_known, because
    from fct_contract_value
    where from_day <= $closing_day and until_day > $closing_day
),

told as (
    select
        selected_rows.customer_id,
        selected_rows.account_id,
        selected_rows.happened_at,
        selected_rows.subject,
        selected_rows.segment,
        selected_rows.region,
        selected_rows.acquired_through,
        selected_rows.cents as before_cents,
        coalesce(closing.cents, 0) as after_cents,
        closing.account_id is not null as is_kept,
        selected_rows.is_known and coalesce(closing.is_known, true) as is_known,
        selected_rows.because || ' at the start, ' || coalesce(closing.because, 'none') || ' at the end' as contracts
    from selected_rows
    left join closing on selected_rows.account_id = closing.account_id
    where selected_rows.from_day <= $opening_day and selected_rows.until_day > $opening_day
),

parted as (
    select
        *,
        case
            when not is_kept then 'lost'
            when not is_known or after_cents = before_cents then 'unchanged'
            when after_cents < before_cents then 'shrunk'
            else 'grown'
        end as part
    from told
    where is_known or not $of_known
)

select
    parted.customer_id,
    parted.account_id,
    customers.name,
    case
        when $worth = 'kept' then cast(parted.is_kept as double)
        when $worth = 'held' then least(parted.before_cents, parted.after_cents) / 100.0
        else parted.after_cents / 100.0
    end as value,
    case when parted.is_known then parted.before_cents / 100.0 end as value_before,
    parted.happened_at,
    parted.subject,
    case
        when parted.is_known
            then parted.contracts || format('; from {:.2f} to {:.2f} a year', parted.before_cents / 100.0, parted.after_cents / 100.0)
        else parted.contracts || '; value not known in full'
    end as because,
    parted.part,
    parted.segment,
    parted.region,
    parted.acquired_through
from parted
left join customers on parted.customer_id = customers.customer_id
where list_contains($parts, parted.part)
order by parted.before_cents desc, parted.customer_id
limit $most offset $skipped
