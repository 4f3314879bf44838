-- One row per customer whom a person of ours ever turned to: when last.
--
-- grain:     customer_id
-- reads:     case_message, case_state, customer_of, entity_as_of, fct_promise, interactions
-- dated by:  contacted_at
-- judged by: interactions, cases, case_events, commitments
-- note:      a call, message or visit of service or sales that was not lost on the way, a person's reply in a request, and what was promised
--            itself; a newsletter, a bill, a survey and an automatic reply are none
with told as (
    select customer_of.customer_id, interactions.happened_at
    from interactions
    inner join entity_as_of
        on entity_as_of.entity = 'interactions' and interactions.happened_at <= entity_as_of.as_of
    inner join customer_of
        on customer_of.entity = 'interactions' and interactions.row_id = customer_of.row_id
    where
        interactions.direction = 'outbound'
        and interactions.purpose in ('sales', 'service')
        and coalesce(interactions.delivered, true)
    union all
    select customer_of.customer_id, case_message.happened_at
    from case_message
    inner join customer_of
        on customer_of.entity = 'cases' and case_message.case_row_id = customer_of.row_id
    where case_message.written_by = 'person'
    union all
    select customer_of.customer_id, case_state.first_replied_at as happened_at
    from case_state
    inner join customer_of
        on customer_of.entity = 'cases' and case_state.row_id = customer_of.row_id
    where case_state.first_replied_at <= case_state.as_of
    union all
    select customer_id, fulfilled_at as happened_at
    from fct_promise
    where subject_kind in ('commitment', 'detractor') and fulfilled_at <= as_of
)

select customer_id, max(happened_at) as contacted_at
from told
group by customer_id
