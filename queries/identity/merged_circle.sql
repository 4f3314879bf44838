-- One row per record that its source merged in a circle, with the next one: whatever leads out of, or into, a circle is left out.
--
-- grain:     node_key
-- reads:     merged_circle
-- starts as: merged_step
-- dated by:  none
with targets as (
    select distinct other_key
    from merged_circle
)

select merged_circle.node_key, merged_circle.other_key
from merged_circle
inner join merged_circle as onward on onward.node_key = merged_circle.other_key
inner join targets on targets.other_key = merged_circle.node_key
