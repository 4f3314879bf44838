-- One row per promise that any policy makes, with the number by which the clocks know it.
--
-- grain:    promise, subject_kind
-- reads:    promise_policy
-- dated by: none
-- kept:     no
select
    promise,
    subject_kind,
    row_number() over (order by promise, subject_kind) as promise_no
from promise_policy
where target_seconds is not null
group by promise, subject_kind
