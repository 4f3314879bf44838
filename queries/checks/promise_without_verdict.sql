-- Promises that are decided without a verdict, or judged before they are.
--
-- severity: error
-- sentence: These promises are decided, yet neither kept nor broken, or the other way round.
-- reads:    fct_promise
select
    clock_id,
    customer_id
from fct_promise
where is_decided <> (was_kept is not null) or (is_decided and decided_at > as_of)
