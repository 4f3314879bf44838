-- One row per answer of somebody who would not recommend us, known by name: whether we called back, and what they said the next time.
--
-- grain:     row_id
-- reads:     fct_promise, fct_survey_response
-- dated by:  answered_at
-- judged by: detractors, interactions, commitments
-- note:      recovered is whose next counted answer of the same programme and scale is no detractor's; who has not answered again is neither.
--            A confidential answer is nobody's and left out. The call back is the first that was promised for the answer
with answers as (
    select
        row_id, response_id, customer_id, account_id, programme, scale, answered_at, score, net_points, segment, region, customer_kind,
        acquired_through, business_unit, stage, as_of
    from fct_survey_response
    where instrument = 'nps' and counts_once and is_answered and net_points is not null and answered_at is not null and not confidential
),

followed as (
    select
        row_id,
        lead(answered_at) over (partition by customer_id, programme, scale order by answered_at, row_id) as next_answered_at,
        lead(net_points) over (partition by customer_id, programme, scale order by answered_at, row_id) as next_points,
        lead(score) over (partition by customer_id, programme, scale order by answered_at, row_id) as next_score
    from answers
),

called as (
    select
        subject_id,
        row_number() over (partition by subject_id order by started_at, clock_id) as clock_no,
        case
            when state = 'kept' then 'in time'
            when state = 'void' then 'not due'
            when is_running and is_past then 'waiting past the promise'
            when is_running then 'waiting'
            else 'late'
        end as called_back
    from fct_promise
    where subject_kind = 'detractor' and state <> 'superseded'
)

select
    answers.row_id,
    answers.response_id,
    answers.customer_id,
    answers.account_id,
    answers.programme,
    answers.scale,
    answers.answered_at,
    answers.score,
    coalesce(called.called_back, 'not due') as called_back,
    followed.next_answered_at,
    followed.next_score,
    followed.next_answered_at is not null as has_answered_again,
    coalesce(followed.next_points > -100, false) as is_recovered,
    coalesce(answers.response_id, answers.row_id) as subject,
    case
        when followed.next_answered_at is null then 'has not answered again'
        when followed.next_points > -100 then 'answered higher the next time'
        else 'would still not recommend us the next time'
    end as because,
    answers.as_of,
    answers.stage,
    answers.segment,
    answers.region,
    answers.customer_kind,
    answers.acquired_through,
    answers.business_unit
from answers
inner join followed on answers.row_id = followed.row_id
left join called on answers.row_id = called.subject_id and called.clock_no = 1
where answers.net_points = -100
