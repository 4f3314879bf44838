-- One row per group: the waits that ended well in calendar time, and the open time that the promises of the same requests took.
--
-- grain: split_1
-- reads: incidence_way, fct_promise
-- takes: awaits, promise (whose clocks tell open time), most (groups shown; the rest is one group, unknown stays apart)
-- note:  open time is that of the promise's calendar without pauses; where nothing was promised it is not known
with sizes as (
    select
        split_1,
        row_number() over (order by count(*) desc, split_1) as place
    from incidence_way
    where split_1 <> 'unknown'
    group by split_1
),

promised as (
    select
        subject_id,
        max(open_seconds) as open_seconds
    from fct_promise
    where subject_kind = 'case' and promise = $promise and fulfilled_at is not null and state not in ('void', 'superseded')
    group by subject_id
),

placed as (
    select
        case when way.split_1 = 'unknown' or sizes.place <= $most then way.split_1 else 'other' end as split_1,
        way.customer_id,
        way.is_identified,
        way.excluded_after,
        way.to_after,
        case when way.to_after is not null then promised.open_seconds end as open_seconds
    from incidence_way as way
    left join sizes on way.split_1 = sizes.split_1
    left join promised on way.row_id = promised.subject_id
)

select
    split_1,
    count(distinct customer_id) filter (where is_identified and excluded_after is null) as customers,
    count(to_after) as finished,
    avg(to_after) as mean_seconds,
    quantile_cont(to_after, 0.5) as median_seconds,
    quantile_cont(to_after, 0.9) as p90_seconds,
    count(open_seconds) as open_n,
    avg(open_seconds) as open_mean,
    quantile_cont(open_seconds, 0.5) as open_median,
    quantile_cont(open_seconds, 0.9) as open_p90
from placed
group by split_1
order by split_1
