-- One row per survey response: the scale it was given on, and what the score says in the terms of its instrument.
--
-- grain:     row_id
-- reads:     satisfied_rule, survey_responses
-- dated by:  none
-- note:      a scale other than 0 to 10 is a series of its own; where low is good the score is turned round for NPS and CSAT, so that
--            promoters and satisfied customers are at the good end. On a scale that does not end at 10 nobody is a promoter
with told as (
    select
        row_id,
        instrument,
        score,
        scale_direction,
        case when instrument = 'nps' then coalesce(scale_low, 0) else scale_low end as low,
        case when instrument = 'nps' then coalesce(scale_high, 10) else scale_high end as high
    from survey_responses
),

turned as (
    select
        row_id,
        instrument,
        scale_direction,
        low,
        high,
        case when scale_direction = 'lower' then low + high - score else score end as good,
        case when low = floor(low) then cast(cast(low as bigint) as varchar) else cast(low as varchar) end as low_words,
        case when high = floor(high) then cast(cast(high as bigint) as varchar) else cast(high as varchar) end as high_words
    from told
)

select
    turned.row_id,
    case
        when turned.low is null or turned.high is null then 'scale not told'
        else turned.low_words || '–' || turned.high_words
    end
    || case
        when turned.instrument = 'ces' then coalesce(', ' || turned.scale_direction || ' is better', '')
        when turned.instrument = 'nps' and (turned.low <> 0 or turned.high <> 10) then ', not comparable'
        else ''
    end as scale,
    case
        when turned.good is null or turned.instrument <> 'nps' or turned.high <> 10 or turned.low not in (0, 1) then null
        when turned.good >= 9 then 100
        when turned.good <= 6 then -100
        else 0
    end as net_points,
    case when turned.instrument = 'csat' then turned.good > turned.high - satisfied_rule.best end as is_satisfied
from turned
left join satisfied_rule on turned.high - turned.low + 1 = satisfied_rule.marks
