-- One row per stratum and side: how many accounts had a promise kept, or broken, how many were lost after it, and how their value went.
--
-- grain: segment, tenure_no, value_no, was_kept, is_known, is_under_contract
-- reads: aftermath_customer
-- takes: nothing of its own
-- note:  valued accounts are those of known value before and after; changes in cents a year
select
    segment,
    tenure_no,
    value_no,
    was_kept,
    is_known,
    is_under_contract,
    count(*) as n,
    count(*) filter (where was_lost) as lost,
    count(*) filter (where cents_before is not null and cents_after is not null) as valued,
    coalesce(sum(cents_after - cents_before), 0) as change,
    coalesce(sum(cast(cents_after - cents_before as double) * cast(cents_after - cents_before as double)), 0) as squares
from aftermath_customer
group by segment, tenure_no, value_no, was_kept, is_known, is_under_contract
order by segment, tenure_no, value_no, was_kept, is_known, is_under_contract
