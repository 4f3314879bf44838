-- One row per reason for which two records are one customer.
--
-- grain:    node_key, other_key, rule
-- reads:    merged_by_source, same_email, same_external_id, same_phone_and_family_name
-- dated by: none
select node_key, other_key, rule, evidence
from merged_by_source
union all
select node_key, other_key, rule, evidence
from same_external_id
union all
select node_key, other_key, rule, evidence
from same_email
union all
select node_key, other_key, rule, evidence
from same_phone_and_family_name
