-- One row per permission that a customer gave or took back; the newest first, is_current for what holds now.
--
-- grain: row_id
-- reads: consents, customer_of, entity_as_of
-- takes: customer_id, most
select
    consents.purpose,
    consents.channel,
    consents.granted,
    consents.effective_at,
    consents.source,
    row_number() over (
        partition by consents.purpose, consents.channel order by consents.effective_at desc, consents.row_id
    ) = 1 as is_current
from consents
inner join customer_of on customer_of.entity = 'consents' and consents.row_id = customer_of.row_id
inner join entity_as_of on entity_as_of.entity = 'consents'
where customer_of.customer_id = $customer_id and consents.effective_at <= entity_as_of.as_of
order by consents.effective_at desc, consents.row_id
limit $most
