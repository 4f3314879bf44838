-- One row per account of which somebody objects to profiling: that person's newest word about it is no.
--
-- grain:     account_id
-- reads:     consents, customer_of, entity_as_of
-- dated by:  objected_at
-- judged by: consents
-- note:      at the same moment a no outweighs a yes; for a company one person's no holds for the whole account
with known as (
    select as_of
    from entity_as_of
    where entity = 'consents'
),

told as (
    select
        customer_of.account_id,
        consents.granted,
        consents.effective_at,
        row_number() over (
            partition by customer_of.customer_id
            order by consents.effective_at desc, case when consents.granted then 1 else 0 end, consents.row_id
        ) as nth
    from consents
    inner join customer_of
        on consents.row_id = customer_of.row_id and customer_of.entity = 'consents'
    cross join known
    where consents.purpose = 'profiling' and consents.effective_at <= known.as_of
)

select account_id, min(effective_at) as objected_at
from told
where nth = 1 and not granted
group by account_id
