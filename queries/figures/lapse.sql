-- One row: the days of silence after which a customer counts as lost, where no segment has days of its own.
--
-- grain: one row
-- reads: customer_rule
select lapse_after_days
from customer_rule
