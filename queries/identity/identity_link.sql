-- One row per reason for which two records are one customer; 1 is the strongest kind of reason.
--
-- grain:    node_key, other_key, rule
-- reads:    joined_by_hand, merged_by_source, same_email, same_external_id, same_phone_and_family_name
-- dated by: none
select node_key, other_key, rule, evidence, 1 as strength_no
from joined_by_hand
union all
select node_key, other_key, rule, evidence, 2 as strength_no
from merged_by_source
union all
select node_key, other_key, rule, evidence, 3 as strength_no
from same_external_id
union all
select node_key, other_key, rule, evidence, 4 as strength_no
from same_email
union all
select node_key, other_key, rule, evidence, 5 as strength_no
from same_phone_and_family_name
