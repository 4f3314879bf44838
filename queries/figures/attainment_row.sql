-- One row per clock that is asked about.
--
-- grain: clock_id
-- reads: selected_rows
select * from selected_rows
