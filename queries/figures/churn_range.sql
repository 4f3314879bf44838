-- One row: from which day on the signs before a contract's end are told, and how many days it takes until an end is known for sure.
--
-- grain: one row
-- reads: account_as_of, contract_sign, customer_rule
-- takes: long (days: a kind of sign that began later than so long before as_of is not waited for)
-- note:  the first thousandth of each kind is passed over, so that a stray early date does not move it; null where there are no signs
with kinds as (
    select kind, quantile_disc(day, 0.001) as begins_on
    from contract_sign
    group by kind
)

select
    any_value(customer_rule.renewal_grace_days) as lag,
    max(kinds.begins_on) as begins_on
from customer_rule
cross join account_as_of
left join kinds on kinds.begins_on <= account_as_of.as_of_day - cast($long as integer)
