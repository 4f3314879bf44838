-- One row per account and local day of judgement that bought in the 365 days before: how recently, how often and for how much, 1 to 5.
--
-- grain:     account_id, evaluated_on
-- reads:     segment_evaluation
-- dated by:  evaluated_on
-- judged by: orders
-- note:      a score is 1 and one more for every fifth of that month's buyers who are worse, so that equal ones have the same; who is judged
--            at as_of is measured against the buyers at the month's start before it, and among each other where there were none;
--            an unknown amount has no score for value, and is nobody's measure of it
with buyers as (
    select
        account_id,
        evaluated_on,
        cast(date_trunc('month', evaluated_on) as date) as month,
        is_at_as_of,
        -days_since_bought as nearness,
        orders,
        order_cents
    from segment_evaluation
    where orders > 0
),

measured as (
    select
        account_id,
        evaluated_on,
        month,
        nearness,
        orders,
        order_cents,
        case when not is_at_as_of or min(case when is_at_as_of then 1 else 0 end) over (partition by month) = 1 then 1 else 0 end as measures
    from buyers
),

compared as (
    select
        account_id,
        evaluated_on,
        order_cents,
        sum(measures) over (partition by month) as buyers,
        sum(case when order_cents is not null then measures end) over (partition by month) as valued,
        sum(measures) over (partition by month order by nearness range between unbounded preceding and 1 preceding) as less_near,
        sum(measures) over (partition by month order by orders range between unbounded preceding and 1 preceding) as fewer,
        sum(case when order_cents is not null then measures end) over (
            partition by month order by order_cents nulls last range between unbounded preceding and 1 preceding
        ) as lower
    from measured
)

select
    account_id,
    evaluated_on,
    cast(least(5, 1 + coalesce(less_near, 0) * 5 // nullif(buyers, 0)) as varchar) as recency,
    cast(least(5, 1 + coalesce(fewer, 0) * 5 // nullif(buyers, 0)) as varchar) as frequency,
    case
        when order_cents is not null and valued > 0 then cast(least(5, 1 + coalesce(lower, 0) * 5 // nullif(valued, 0)) as varchar)
    end as monetary
from compared
