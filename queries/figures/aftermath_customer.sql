-- One row per account: the first promise of the period that was decided while it was a customer, and whether it was lost in the time after.
--
-- grain: account_id
-- reads: account_contract, fct_customer_movement, selected_rows, workspace_setting
-- takes: starts_at, ends_at, as_of, within_seconds (the time after a promise)
-- note:  of promises decided in the same second a broken one goes first. Value in cents a year, null where it is not known in full; who
--        is no customer any more is worth nothing. tenure_no: customer for up to 90 days, a year, three years, longer; value_no: the quarter
--        of the values above nothing, 0 is nothing, -1 not known. is_known: the time after it is over. is_under_contract: a contract was in
--        force on the local day of the promise, so a loss tells of an end after it; in the grace, and without a contract, what ends had ended
--        before: who is not under contract is in no quarter and compared with nobody
with borders as (
    select
        account_id,
        movement,
        happened_at as began_at,
        lead(happened_at) over (partition by account_id order by happened_at) as lost_at
    from fct_customer_movement
    where movement in ('gained', 'returned', 'ended', 'fell_silent')
),

stays as (
    select account_id, began_at, lost_at
    from borders
    where movement in ('gained', 'returned')
),

placed as (
    select
        selected_rows.account_id,
        selected_rows.happened_at as decided_at,
        selected_rows.value = 1 as was_kept,
        coalesce(selected_rows.segment, 'unknown') as segment,
        selected_rows.promise,
        selected_rows.subject,
        selected_rows.because,
        stays.began_at,
        stays.lost_at,
        row_number() over (
            partition by selected_rows.account_id order by selected_rows.happened_at, selected_rows.value, selected_rows.clock_id
        ) as place
    from selected_rows
    inner join stays
        on
        selected_rows.account_id = stays.account_id
        and selected_rows.happened_at >= stays.began_at
        and (stays.lost_at is null or selected_rows.happened_at < stays.lost_at)
    where selected_rows.happened_at >= $starts_at and selected_rows.happened_at < $ends_at
),

firsts as (
    select
        account_id,
        decided_at,
        decided_at + to_seconds($within_seconds) as over_at,
        was_kept,
        segment,
        promise,
        subject,
        because,
        began_at,
        lost_at
    from placed
    where place = 1 and decided_at <= $as_of
),

worth as (
    select
        firsts.account_id,
        sum(moves.known_change) filter (where moves.happened_at <= firsts.decided_at) > 0 as was_known,
        coalesce(sum(moves.value_change) filter (where moves.happened_at <= firsts.decided_at), 0) as value_before,
        sum(moves.customers_change) > 0 as is_customer,
        sum(moves.known_change) > 0 as is_known,
        sum(moves.value_change) as value_after
    from firsts
    inner join fct_customer_movement as moves
        on firsts.account_id = moves.account_id and firsts.over_at >= moves.happened_at
    group by firsts.account_id
),

in_cents as (
    select
        account_id,
        case when was_known then cast(floor(value_before * 100 + 0.5) as bigint) end as cents_before,
        case
            when not is_customer then cast(0 as bigint)
            when is_known then cast(floor(value_after * 100 + 0.5) as bigint)
        end as cents_after
    from worth
),

on_days as (
    select
        firsts.account_id,
        cast(firsts.decided_at at time zone 'UTC' at time zone workspace_setting.zone as date) as decided_on
    from firsts
    cross join workspace_setting
),

under_contract as (
    select on_days.account_id
    from on_days
    inner join account_contract
        on
        on_days.account_id = account_contract.account_id
        and account_contract.counts_from <= on_days.decided_on
        and account_contract.over_on > on_days.decided_on
    group by on_days.account_id
),

known as (
    select
        firsts.account_id,
        firsts.decided_at,
        firsts.was_kept,
        firsts.segment,
        firsts.promise,
        firsts.subject,
        firsts.because,
        firsts.over_at <= $as_of as is_known,
        under_contract.account_id is not null as is_under_contract,
        coalesce(firsts.lost_at <= firsts.over_at, false) as was_lost,
        firsts.lost_at,
        date_diff('second', date_trunc('second', firsts.began_at), date_trunc('second', firsts.decided_at)) as tenure_seconds,
        in_cents.cents_before,
        in_cents.cents_after
    from firsts
    inner join in_cents
        on firsts.account_id = in_cents.account_id
    left join under_contract
        on firsts.account_id = under_contract.account_id
),

quarters as (
    select
        quantile_cont(cents_before, 0.25) as first_cents,
        quantile_cont(cents_before, 0.5) as second_cents,
        quantile_cont(cents_before, 0.75) as third_cents
    from known
    where is_known and is_under_contract and cents_before > 0
)

select
    known.account_id,
    known.decided_at,
    known.was_kept,
    known.is_known,
    known.is_under_contract,
    known.was_lost,
    known.lost_at,
    known.promise,
    known.subject,
    known.because,
    known.cents_before,
    known.cents_after,
    known.segment,
    case
        when known.tenure_seconds <= 90 * 86400 then 1
        when known.tenure_seconds <= 365 * 86400 then 2
        when known.tenure_seconds <= 1095 * 86400 then 3
        else 4
    end as tenure_no,
    case
        when known.cents_before is null then -1
        when known.cents_before <= 0 then 0
        when known.cents_before <= quarters.first_cents then 1
        when known.cents_before <= quarters.second_cents then 2
        when known.cents_before <= quarters.third_cents then 3
        else 4
    end as value_no
from known
cross join quarters
