-- E-mail addresses that no mail can reach: their domain has no dot.
--
-- severity: note
-- sentence: These e-mail addresses have no real domain after the @, so nobody can be written to there.
-- reads:    customer_of
select
    entity,
    row_id
from customer_of
where email_key like '%@%' and email_key not like '%@%_.__%'
