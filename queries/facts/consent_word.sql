-- One row per word of a customer on being contacted and channel that it is for: given, or taken back.
--
-- grain:    row_id, channel
-- reads:    consent_rule, consents, customer_of, entity_as_of
-- dated by: effective_at
-- note:     a word without a channel is for every channel, those that are not known included
select
    consents.row_id,
    customer_of.customer_id,
    customer_of.account_id,
    consents.purpose,
    consent_rule.channel,
    consents.channel is null as is_for_every_channel,
    consents.granted,
    consents.effective_at,
    date_diff('second', timestamp '1970-01-01', date_trunc('second', consents.effective_at)) as second_no
from consents
inner join entity_as_of
    on entity_as_of.entity = 'consents' and consents.effective_at <= entity_as_of.as_of
inner join customer_of
    on customer_of.entity = 'consents' and consents.row_id = customer_of.row_id
inner join consent_rule
    on consents.purpose = consent_rule.purpose and coalesce(consents.channel, consent_rule.channel) = consent_rule.channel
