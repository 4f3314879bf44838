-- One row per customer whom somebody of ours ever approached in person: when first.
--
-- grain:     customer_id
-- reads:     fct_event
-- dated by:  contacted_at
-- judged by: interactions, commitments
-- note:      a call, a message or a visit of sales or service, an offer or a call-back; a newsletter, a bill and a survey are no approach
select customer_id, min(happened_at) as contacted_at
from fct_event
where
    (entity = 'interactions' and direction = 'outbound' and purpose in ('sales', 'service'))
    or event in ('offer made', 'call-back done')
group by customer_id
