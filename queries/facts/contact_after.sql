-- One row per contact: how many seconds later its customer first took back a permission, and first complained.
--
-- grain:    contact_id
-- reads:    cases, consents, contact_sent, customer_of, entity_as_of
-- dated by: none
-- kept:     no
-- note:     what happened in the very second of the contact came before it; spam and merged complaints are none
with signs as (
    select
        customer_of.customer_id, 'opt-out' as sign, consents.row_id, consents.effective_at as happened_at
    from consents
    inner join entity_as_of
        on entity_as_of.entity = 'consents' and consents.effective_at <= entity_as_of.as_of
    inner join customer_of
        on customer_of.entity = 'consents' and consents.row_id = customer_of.row_id
    where not consents.granted and consents.purpose in ('promotional', 'sales', 'survey')
    union all
    select customer_of.customer_id, 'complaint' as sign, cases.row_id, cases.opened_at as happened_at
    from cases
    inner join entity_as_of
        on entity_as_of.entity = 'cases' and cases.opened_at <= entity_as_of.as_of
    inner join customer_of
        on customer_of.entity = 'cases' and cases.row_id = customer_of.row_id
    where cases.kind = 'complaint' and cases.merged_into is null and not coalesce(cases.is_spam, false)
),

steps as (
    select
        customer_id, sign, row_id as step_id, cast(null as varchar) as contact_id,
        date_diff('second', timestamp '1970-01-01', date_trunc('second', happened_at)) as second_no
    from signs
    union all
    select customer_id, 'sent' as sign, contact_id as step_id, contact_id, second_no
    from contact_sent
    where is_contact
),

looked as (
    select
        contact_id,
        second_no,
        min(case when sign = 'opt-out' then second_no end) over later as opt_out_second,
        min(case when sign = 'complaint' then second_no end) over later as complaint_second
    from steps
    window later as (
        partition by customer_id
        order by second_no, case when sign = 'sent' then 1 else 0 end, step_id
        rows between 1 following and unbounded following
    )
)

select
    contact_id,
    opt_out_second - second_no as seconds_to_opt_out,
    complaint_second - second_no as seconds_to_complaint
from looked
where contact_id is not null
