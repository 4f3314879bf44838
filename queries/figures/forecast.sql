-- One row per group: the promises that run, and how many of them are expected to break, given how promises like them went.
--
-- grain: split_1
-- reads: forecast_clocks
-- takes: since, least (past promises that a chance rests on), most (groups shown; the rest is one group, unknown stays apart)
with sizes as (
    select
        split_1,
        row_number() over (order by count(*) desc, split_1) as place
    from forecast_clocks
    where split_1 <> 'unknown'
    group by split_1
),

placed as (
    select
        case
            when forecast_clocks.split_1 = 'unknown' or sizes.place <= $most then forecast_clocks.split_1
            else 'other'
        end as split_1,
        forecast_clocks.customer_id,
        forecast_clocks.is_identified,
        forecast_clocks.state,
        forecast_clocks.past_clocks,
        case when forecast_clocks.past_clocks >= $least then forecast_clocks.past_broken / forecast_clocks.past_clocks end as chance
    from forecast_clocks
    left join sizes on forecast_clocks.split_1 = sizes.split_1
)

select
    split_1,
    count(*) as n,
    count(distinct customer_id) filter (where is_identified) as customers,
    count(*) filter (where state = 'at_risk') as at_risk,
    count(*) filter (where state = 'paused') as paused,
    count(chance) as foretold,
    count(distinct customer_id) filter (where is_identified and chance is not null) as foretold_customers,
    count(distinct customer_id) filter (where is_identified and chance is null) as too_few_customers,
    sum(chance) as expected,
    sum(chance * (1 - chance)) as variance,
    min(past_clocks) filter (where chance is not null) as fewest_past,
    max(past_clocks) as most_past
from placed
group by split_1
order by n desc, split_1
