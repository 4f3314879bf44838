-- One row: how many lines of exports told reported promises, a line for each state where the export is a log of events.
--
-- grain: one row
-- reads: ledger
select coalesce(sum(records), 0) as lines
from ledger
where entity = 'reported_promises'
