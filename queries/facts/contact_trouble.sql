-- One row per contact: in what trouble its customer, or the customer's company, was with us at the second it was sent.
--
-- grain:    contact_id
-- reads:    contact_sent, trouble_span
-- dated by: none
-- kept:     no
-- note:     trouble is the whole account's, an open request only the customer's own: it is whom a survey asks
with scoped as (
    select
        case when kind = 'request' then 'customer' else 'account' end as scope,
        case when kind = 'request' then customer_id else account_id end as scope_id,
        kind,
        date_diff('second', timestamp '1970-01-01', date_trunc('second', from_at)) as from_second,
        date_diff('second', timestamp '1970-01-01', date_trunc('second', until_at)) as until_second
    from trouble_span
),

steps as (
    select scope, scope_id, from_second as second_no, kind, 1 as change, cast(null as varchar) as contact_id
    from scoped
    union all
    select scope, scope_id, until_second as second_no, kind, -1 as change, cast(null as varchar) as contact_id
    from scoped
    where until_second is not null
    union all
    select 'account' as scope, account_id as scope_id, second_no, 'contact' as kind, 0 as change, contact_id
    from contact_sent
    where is_contact
    union all
    select 'customer' as scope, customer_id as scope_id, second_no, 'contact' as kind, 0 as change, contact_id
    from contact_sent
    where is_contact
),

counted as (
    select
        contact_id,
        sum(case when kind = 'complaint' then change else 0 end) over upto as complaints,
        sum(case when kind = 'broken' then change else 0 end) over upto as broken,
        sum(case when kind = 'call_back' then change else 0 end) over upto as call_backs,
        sum(case when kind = 'after' then change else 0 end) over upto as solved_lately,
        sum(case when kind = 'request' then change else 0 end) over upto as requests
    from steps
    window upto as (partition by scope, scope_id order by second_no range between unbounded preceding and current row)
)

select
    contact_id,
    max(complaints) > 0 or max(broken) > 0 as is_during_complaint,
    case
        when max(broken) > 0 then 'open and promise broken'
        when max(complaints) > 0 then 'open'
        when max(call_backs) > 0 then 'detractor awaiting call-back'
        when max(solved_lately) > 0 then 'just solved'
        else 'none'
    end as grade,
    max(requests) > 0 as has_open_request
from counted
where contact_id is not null
group by contact_id
