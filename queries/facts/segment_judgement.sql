-- One row per segmentation, account and local day of judgement: the segment whose rule is the first to match.
--
-- grain:     segmentation, account_id, evaluated_on
-- reads:     account_contract, rfm_score, segment_evaluation, segment_rule
-- dated by:  evaluated_on
-- judged by: orders, contracts
-- note:      at least min, less than max; where no rule matches there is no row
with products as (
    select distinct segment_evaluation.account_id, segment_evaluation.evaluated_on, lower(account_contract.product) as product
    from segment_evaluation
    inner join account_contract
        on segment_evaluation.account_id = account_contract.account_id
        and segment_evaluation.evaluated_on >= account_contract.counts_from
        and segment_evaluation.evaluated_on < account_contract.counts_until
    inner join segment_rule
        on lower(account_contract.product) = lower(segment_rule.product)
),

matches as (
    select
        rules.segmentation,
        judged.account_id,
        judged.evaluated_on,
        min(rules.sort_no) as sort_no
    from segment_evaluation as judged
    inner join segment_rule as rules
        on (rules.kind is null or rules.kind = judged.kind)
        and (rules.region is null or lower(rules.region) = lower(judged.region))
        and (rules.min_value is null or judged.value_a_year >= rules.min_value)
        and (rules.max_value is null or judged.value_a_year < rules.max_value)
        and (rules.min_contracts is null or judged.contracts >= rules.min_contracts)
        and (rules.max_contracts is null or judged.contracts < rules.max_contracts)
        and (rules.min_orders is null or judged.orders >= rules.min_orders)
        and (rules.max_orders is null or judged.orders < rules.max_orders)
        and (rules.min_tenure_days is null or judged.tenure_days >= rules.min_tenure_days)
        and (rules.max_tenure_days is null or judged.tenure_days < rules.max_tenure_days)
    left join rfm_score
        on judged.account_id = rfm_score.account_id
        and judged.evaluated_on = rfm_score.evaluated_on
    left join products
        on judged.account_id = products.account_id
        and judged.evaluated_on = products.evaluated_on
        and lower(rules.product) = products.product
    where
        (rules.product is null or products.product is not null)
        and (rules.recency is null or rules.recency like '%' || rfm_score.recency || '%')
        and (rules.frequency is null or rules.frequency like '%' || rfm_score.frequency || '%')
        and (rules.monetary is null or rules.monetary like '%' || rfm_score.monetary || '%')
    group by rules.segmentation, judged.account_id, judged.evaluated_on
)

select
    matches.segmentation,
    matches.account_id,
    matches.evaluated_on,
    segment_rule.segment
from matches
inner join segment_rule
    on matches.segmentation = segment_rule.segmentation and matches.sort_no = segment_rule.sort_no
