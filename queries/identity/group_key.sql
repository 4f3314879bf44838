-- One row per key that leads to exactly one customer.
--
-- grain:    key
-- reads:    identity_member
-- dated by: none
-- note:     a key of several customers leads to nobody, except that a customer number leads to its company and an address to its person
with carried as (
    select external_key as key, group_key, case when kind = 'company' then 1 else 2 end as preference
    from identity_member
    union
    select email_key as key, group_key, case when kind = 'company' then 2 else 1 end as preference
    from identity_member
    union
    select phone_key as key, group_key, case when kind = 'company' then 2 else 1 end as preference
    from identity_member
),

choices as (
    select
        key,
        preference,
        min(group_key) as group_key,
        count(*) as groups,
        row_number() over (partition by key order by preference) as choice
    from carried
    where key is not null
    group by key, preference
)

select key, group_key
from choices
where choice = 1 and groups = 1
