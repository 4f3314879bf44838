-- Events in requests that put them under a policy which nobody has declared.
--
-- severity: warning
-- sentence: These events put a request under a policy that is not declared, so the declared ones are tried instead. Declare it in promises/.
-- reads:    case_events, promise_policy
select
    'case_events' as entity,
    case_events.row_id
from case_events
where case_events.kind = 'policy'
    and coalesce(case_events.value, '') not in (select promise_policy.policy from promise_policy)
