-- Records that their source says were merged into each other in a circle.
--
-- severity: warning
-- sentence: These records were merged in a circle, so nothing tells which of them was kept; they are one customer.
-- reads:    merged_circle
select node_key, other_key
from merged_circle
