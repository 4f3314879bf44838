-- One row per possible sale and stage that it was in, with how it ended: what a stage's chance to win is learnt from.
--
-- grain:     row_id, stage
-- reads:     fct_opportunity, stage_changes, stage_subject
-- dated by:  entered_at
-- as of:     created_at
-- judged by: opportunities, stage_changes
-- note:      a stage entered twice is one row, from the first time on; an open sale is in the stage that it entered last, and where nothing tells its
--            stages in the one that the sale itself names
with changes as (
    select
        fct_opportunity.row_id,
        trim(stage_changes.stage) as stage,
        stage_changes.entered_at,
        row_number() over (
            partition by fct_opportunity.row_id order by stage_changes.entered_at desc, stage_changes.left_at desc nulls first, stage_changes.row_id desc
        ) as place_from_last
    from stage_changes
    inner join stage_subject
        on stage_changes.row_id = stage_subject.row_id and stage_subject.subject_entity = 'opportunities'
    inner join fct_opportunity
        on stage_subject.subject_row_id = fct_opportunity.row_id
    where stage_changes.entered_at <= fct_opportunity.as_of
),

entered as (
    select row_id, stage, min(entered_at) as entered_at, min(place_from_last) = 1 as is_last
    from changes
    group by row_id, stage
),

told as (
    select row_id, stage, entered_at, is_last
    from entered
    union all
    select fct_opportunity.row_id, fct_opportunity.stage, fct_opportunity.created_at as entered_at, true as is_last
    from fct_opportunity
    left join entered on fct_opportunity.row_id = entered.row_id
    where entered.row_id is null
)

select
    fct_opportunity.row_id,
    fct_opportunity.opportunity_id,
    fct_opportunity.customer_id,
    fct_opportunity.account_id,
    told.stage,
    told.entered_at,
    row_number() over (partition by fct_opportunity.row_id order by told.entered_at, told.is_last, told.stage) as place_no,
    fct_opportunity.is_open and told.is_last as is_here,
    not fct_opportunity.is_open as is_decided,
    fct_opportunity.is_won,
    fct_opportunity.cents,
    fct_opportunity.amount,
    fct_opportunity.created_at,
    fct_opportunity.pipeline,
    fct_opportunity.product,
    fct_opportunity.team,
    fct_opportunity.segment,
    fct_opportunity.region,
    fct_opportunity.customer_kind,
    fct_opportunity.acquired_through,
    fct_opportunity.business_unit,
    fct_opportunity.subject,
    case
        when fct_opportunity.is_open and told.is_last then 'in ' || told.stage
        when fct_opportunity.is_open then 'was in ' || told.stage
        else fct_opportunity.because
    end as because,
    fct_opportunity.as_of
from told
inner join fct_opportunity
    on told.row_id = fct_opportunity.row_id
