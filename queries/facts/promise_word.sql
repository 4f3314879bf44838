-- One row per promise there can be, in words: its name, and what is awaited of it.
--
-- grain:    promise
-- dated by: none
select 'first_reply' as promise, 'First reply' as name, 'first reply' as awaited
union all
select 'next_reply', 'Next reply', 'next reply'
union all
select 'first_resolution', 'First solution', 'first solution'
union all
select 'full_resolution', 'Solution', 'solution'
union all
select 'customer_wait', 'Customer''s wait', 'end of the wait'
union all
select 'agent_work', 'Our work', 'end of our work'
union all
select 'offer', 'Offer', 'offer'
union all
select 'delivery', 'Delivery', 'delivery'
union all
select 'installation', 'Installation', 'installation'
union all
select 'call_back', 'Call-back', 'call-back'
