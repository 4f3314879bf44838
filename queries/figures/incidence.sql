-- One row per group and step of its two curves, and one per group without a step: how many reached a later stage, and left, by when.
--
-- grain: split_1, ending, seconds
-- reads: incidence_way
-- takes: as_of, window_seconds, most (groups), points (shown per curve)
-- note:  who came straight to the later stage, and who was set aside, is told apart. Aalen–Johansen: leaving competes with
--        reaching, only who is still open at as_of is censored; in the same second what happened comes before what was not known any
--        more. variance: the delta method of Dinse and Larson. Of more steps than points those shown are exact; half_seconds and
--        p90_seconds (of those who ever end so), middle and ninth_tenth (of everyone) are of all steps, a share being reached from
--        1e-12 below it; the middle's bounds are where the bands of the share, on the scale of log(-log), reach a half
with people as (
    select
        split_1,
        from_after is null or from_after > to_after as is_straight,
        excluded_after <= from_after + $window_seconds and (to_after is null or excluded_after < to_after) as is_set_aside,
        least($window_seconds, date_diff('second', entered_at, date_trunc('second', $as_of)) - from_after) as followed,
        to_after - from_after as reached_in,
        left_after - from_after as left_in
    from incidence_way
    where from_after is not null or to_after is not null
),

sizes as (
    select
        split_1,
        row_number() over (order by count(*) desc, split_1) as place
    from people
    where split_1 <> 'unknown'
    group by split_1
),

followed as (
    select
        case when people.split_1 = 'unknown' or sizes.place <= $most then people.split_1 else 'other' end as split_1,
        least(people.reached_in, people.left_in, people.followed) as seconds,
        case
            when people.is_straight then 'straight'
            when people.is_set_aside then 'set aside'
            when people.reached_in <= people.followed then 'reached'
            when people.left_in <= people.followed then 'left'
            when people.followed = $window_seconds then 'stayed'
            else 'open'
        end as ending
    from people
    left join sizes on people.split_1 = sizes.split_1
),

counts as (
    select
        split_1,
        count(*) filter (where ending = 'straight') as straight,
        count(*) filter (where ending = 'set aside') as set_aside,
        count(*) filter (where ending = 'reached') as reached,
        count(*) filter (where ending = 'left') as gone,
        count(*) filter (where ending = 'stayed') as stayed,
        count(*) filter (where ending = 'open') as still_open,
        max(seconds) filter (where ending not in ('straight', 'set aside')) as followed_seconds
    from followed
    group by split_1
),

steps as (
    select
        split_1,
        seconds,
        count(*) filter (where ending = 'reached') as reached,
        count(*) filter (where ending = 'left') as gone,
        count(*) as here
    from followed
    where ending not in ('straight', 'set aside')
    group by split_1, seconds
),

at_risk as (
    select
        split_1,
        seconds,
        reached,
        gone,
        reached + gone as ended,
        cast(sum(here) over whole - coalesce(sum(here) over earlier, 0) as bigint) as at_risk
    from steps
    window
        whole as (partition by split_1 order by seconds rows between unbounded preceding and unbounded following),
        earlier as (partition by split_1 order by seconds rows between unbounded preceding and 1 preceding)
),

staying as (
    select
        split_1,
        seconds,
        reached,
        gone,
        ended,
        at_risk,
        product(1 - ended / at_risk) over upto as still,
        coalesce(product(1 - ended / at_risk) over earlier, 1) as still_before
    from at_risk
    window
        upto as (partition by split_1 order by seconds rows between unbounded preceding and current row),
        earlier as (partition by split_1 order by seconds rows between unbounded preceding and 1 preceding)
),

shares as (
    select
        split_1,
        seconds,
        reached,
        gone,
        at_risk,
        still,
        sum(still_before * reached / at_risk) over upto as reached_share,
        sum(still_before * gone / at_risk) over upto as gone_share,
        case when ended < at_risk then ended / (cast(at_risk as double) * (at_risk - ended)) else 0 end as lost,
        still_before / at_risk as each_share
    from staying
    window upto as (partition by split_1 order by seconds rows between unbounded preceding and current row)
),

spread as (
    select
        split_1,
        seconds,
        reached,
        gone,
        at_risk,
        still,
        reached_share,
        gone_share,
        reached_share * reached_share * sum(lost) over upto - 2 * reached_share * sum(reached_share * lost) over upto
        + sum(reached_share * reached_share * lost) over upto
        + sum(each_share * each_share * reached * (at_risk - reached) / at_risk) over upto
        - 2 * reached_share * sum(each_share * reached / at_risk) over upto
        + 2 * sum(reached_share * each_share * reached / at_risk) over upto as reached_variance,
        gone_share * gone_share * sum(lost) over upto - 2 * gone_share * sum(gone_share * lost) over upto
        + sum(gone_share * gone_share * lost) over upto
        + sum(each_share * each_share * gone * (at_risk - gone) / at_risk) over upto
        - 2 * gone_share * sum(each_share * gone / at_risk) over upto
        + 2 * sum(gone_share * each_share * gone / at_risk) over upto as gone_variance
    from shares
    window upto as (partition by split_1 order by seconds rows between unbounded preceding and current row)
),

ends as (
    select split_1, seconds, 'reached' as ending, at_risk, reached_share as share, greatest(0, reached_variance) as variance
    from spread
    where reached > 0
    union all
    select split_1, seconds, 'left' as ending, at_risk, gone_share as share, greatest(0, gone_variance) as variance
    from spread
    where gone > 0
),

banded as (
    select
        *,
        case
            when share <= 1e-10 or share >= 1 - 1e-10 or variance < 1e-20 then 0
            else 1.959963984540054 * sqrt(variance) / (share * abs(ln(share)))
        end as reach
    from ends
),

finals as (
    select
        split_1,
        ending,
        max(share) as share,
        count(*) as places
    from ends
    group by split_1, ending
),

happened as (
    select
        ends.split_1,
        ends.seconds,
        ends.ending,
        ends.at_risk,
        ends.share,
        ends.variance,
        finals.places,
        row_number() over (partition by ends.split_1, ends.ending order by ends.seconds) as place,
        min(case when ends.share >= 0.5 * finals.share - 1e-12 then ends.seconds end) over whole as half_seconds,
        min(case when ends.share >= 0.9 * finals.share - 1e-12 then ends.seconds end) over whole as p90_seconds,
        min(case when ends.share >= 0.5 - 1e-12 then ends.seconds end) over whole as middle,
        min(case when power(ends.share, exp(-ends.reach)) >= 0.5 - 1e-12 then ends.seconds end) over whole as middle_low,
        min(case when power(ends.share, exp(ends.reach)) >= 0.5 - 1e-12 then ends.seconds end) over whole as middle_high,
        min(case when ends.share >= 0.9 - 1e-12 then ends.seconds end) over whole as ninth_tenth
    from banded as ends
    inner join finals on ends.split_1 = finals.split_1 and ends.ending = finals.ending
    window whole as (partition by ends.split_1, ends.ending)
),

lasts as (
    select
        split_1,
        min(still) as final_still
    from staying
    group by split_1
)

select
    counts.split_1,
    counts.straight,
    counts.set_aside,
    counts.reached,
    counts.gone,
    counts.stayed,
    counts.still_open,
    counts.followed_seconds,
    lasts.final_still,
    happened.ending,
    happened.seconds,
    happened.share,
    happened.variance,
    happened.at_risk,
    happened.half_seconds,
    happened.p90_seconds,
    happened.middle,
    happened.middle_low,
    happened.middle_high,
    happened.ninth_tenth
from counts
left join lasts on counts.split_1 = lasts.split_1
left join happened
    on counts.split_1 = happened.split_1
    and (
        happened.place = 1
        or (happened.place * ($points - 1)) // happened.places > ((happened.place - 1) * ($points - 1)) // happened.places
    )
order by counts.split_1, happened.ending, happened.seconds
