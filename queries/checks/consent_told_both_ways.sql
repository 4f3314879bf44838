-- Permissions given and taken back at the same moment.
--
-- severity: warning
-- sentence: These permissions are given and taken back at the same moment; the no counts. See which of them the source means.
-- reads:    consents, customer_of
with told as (
    select
        consents.row_id,
        min(consents.granted) over same_moment as is_always_given,
        max(consents.granted) over same_moment as is_ever_given
    from consents
    inner join customer_of on customer_of.entity = 'consents' and customer_of.row_id = consents.row_id
    window same_moment as (
        partition by customer_of.customer_id, consents.purpose, coalesce(consents.channel, ''), consents.effective_at
    )
)

select
    'consents' as entity,
    row_id
from told
where is_ever_given and not is_always_given
