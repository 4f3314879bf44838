-- One row per customer who ever gave or took back the permission to be sent promotion: whether it holds for any channel now.
--
-- grain:     customer_id
-- reads:     consents, customer_of, entity_as_of
-- dated by:  told_at
-- judged by: consents
-- note:      of a channel the newest word holds, at the same second a refusal; a refusal of all channels undoes what was given before it
with told as (
    select
        customer_of.customer_id,
        coalesce(consents.channel, 'all') as channel,
        consents.granted,
        consents.effective_at,
        row_number() over (
            partition by customer_of.customer_id, coalesce(consents.channel, 'all')
            order by consents.effective_at desc, case when consents.granted then 1 else 0 end, consents.row_id
        ) as place_from_last,
        max(case when consents.channel is null and not consents.granted then consents.effective_at end) over (
            partition by customer_of.customer_id
        ) as refused_at
    from consents
    inner join customer_of
        on customer_of.entity = 'consents' and consents.row_id = customer_of.row_id
    inner join entity_as_of
        on entity_as_of.entity = 'consents' and consents.effective_at <= entity_as_of.as_of
    where consents.purpose = 'promotional'
)

select
    customer_id,
    max(case when granted and (refused_at is null or effective_at > refused_at) then 1 else 0 end) = 1 as is_granted,
    max(effective_at) as told_at
from told
where place_from_last = 1
group by customer_id
