-- One row per contact: how many its customer had in the time up to it, itself included, and how long ago the customer was last known to be surveyed.
--
-- grain:    contact_id
-- reads:    contact_sent, respect_setting, survey_asked
-- dated by: none
-- note:     a contact counts until the very second at which its time is over. Those of one second count for each other; which of
--           them exceeds the cap is decided by their ids, so that the number over the cap is right
with steps as (
    select contact_sent.customer_id, contact_sent.second_no, 1 as change, contact_sent.contact_id
    from contact_sent
    where contact_sent.is_contact
    union all
    select
        contact_sent.customer_id, contact_sent.second_no + respect_setting.window_seconds as second_no, -1 as change,
        cast(null as varchar) as contact_id
    from contact_sent
    cross join respect_setting
    where contact_sent.is_contact
),

summed as (
    select
        contact_id,
        sum(change) over (
            partition by customer_id order by second_no range between unbounded preceding and current row
        ) as pressure,
        sum(change) over (
            partition by customer_id order by second_no, change, contact_id rows between unbounded preceding and current row
        ) as place
    from steps
),

surveys as (
    select
        contact_id,
        second_no - lag(second_no) over (partition by customer_id order by second_no, contact_id) as seconds_since_survey
    from survey_asked
)

select
    summed.contact_id,
    cast(summed.pressure as bigint) as pressure,
    summed.place > respect_setting.cap as is_over_cap,
    surveys.seconds_since_survey,
    coalesce(surveys.seconds_since_survey < respect_setting.cool_down_seconds, false) as is_soon_after_survey
from summed
cross join respect_setting
left join surveys
    on summed.contact_id = surveys.contact_id
where summed.contact_id is not null
