-- One row per invitation to say how it was, answered or not.
--
-- grain:     row_id
-- reads:     customers, response_score, response_stage, response_state, response_value, segment_at, survey_responses
-- dated by:  answered_at
-- as of:     answered_at, sent_at
-- judged by: survey_responses
-- note:      a confidential answer belongs to nobody who could be found: it has a customer id of its own
select
    told.row_id,
    told.response_id,
    case
        when told.confidential then 'C-' || substr(md5('confidential ' || told.row_id), 1, 12) else known.customer_id
    end as customer_id,
    case
        when told.confidential then 'C-' || substr(md5('confidential ' || told.row_id), 1, 12) else known.account_id
    end as account_id,
    told.instrument,
    told.programme,
    coalesce(told.wave, 'no wave') as wave,
    response_score.scale,
    told.case_id,
    told.sent_at,
    told.delivered_at,
    known.answered_at,
    case when known.is_answered then told.score end as score,
    case when known.is_answered and known.is_zero_to_ten then response_score.net_points end as nps_points,
    case when known.is_answered then response_score.net_points end as net_points,
    case when known.is_answered then response_score.is_satisfied end as is_satisfied,
    known.is_answered,
    known.counts_once,
    known.tells_a_rate,
    known.rate_known_at,
    response_value.value_a_year,
    case when told.confidential then 'yes' else 'no' end as is_hidden,
    told.instrument <> 'nps' or known.is_zero_to_ten as is_comparable,
    case when not coalesce(told.confidential, false) then told.comment end as comment,
    known.is_answered and told.comment is not null as has_comment,
    coalesce(told.confidential, false) as confidential,
    coalesce(response_stage.stage, 'before any stage') as stage,
    known.as_of,
    case when told.confidential then 'a confidential answer' else told.response_id end as subject,
    case
        when known.is_answered and told.score = floor(told.score) then 'answered ' || cast(cast(told.score as bigint) as varchar)
        when known.is_answered then 'answered ' || cast(told.score as varchar)
        else 'has not answered'
    end as because,
    coalesce(segment_at.segment, 'unknown') as segment,
    coalesce(customers.region, 'unknown') as region,
    customers.kind as customer_kind,
    coalesce(customers.acquired_through, 'unknown') as acquired_through,
    coalesce(customers.business_unit, 'unknown') as business_unit
from survey_responses as told
inner join response_state as known on known.row_id = told.row_id
inner join response_score on response_score.row_id = told.row_id
inner join response_value on response_value.row_id = told.row_id
inner join customers on customers.customer_id = known.customer_id
left join response_stage on response_stage.row_id = told.row_id
left join segment_at
    on segment_at.account_id = known.account_id
    and known.happened_at >= segment_at.from_at
    and known.happened_at < segment_at.until_at
