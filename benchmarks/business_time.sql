-- The open seconds of each row and the instant at which its target is used up, as the model clock_timed finds them.
create or replace temporary table timed as
with counted as (
    select
        timed_row.row_no,
        timed_row.calendar,
        timed_row.target_seconds,
        begun.seconds_before + greatest(0, least(timed_row.start_second, begun.closes_at) - begun.opens_at) as open_at_start,
        stopped.seconds_before + greatest(0, least(timed_row.stop_second, stopped.closes_at) - stopped.opens_at) as open_at_stop
    from timed_row
    inner join open_step as begun
        on timed_row.calendar = begun.calendar
        and timed_row.start_second // 86400 = begun.day_number
        and timed_row.start_second >= begun.from_at and timed_row.start_second < begun.until_at
    inner join open_step as stopped
        on timed_row.calendar = stopped.calendar
        and timed_row.stop_second // 86400 = stopped.day_number
        and timed_row.stop_second >= stopped.from_at and timed_row.stop_second < stopped.until_at
)

select
    counted.row_no,
    cast(counted.open_at_stop - counted.open_at_start as bigint) as open_seconds,
    cast(due.opens_at + counted.open_at_start + counted.target_seconds - due.seconds_before as bigint) as due_second
from counted
inner join open_bucket as due
    on counted.calendar = due.calendar
    and (counted.open_at_start + counted.target_seconds - 1) // 14400 = due.bucket
    and counted.open_at_start + counted.target_seconds > due.seconds_before
    and counted.open_at_start + counted.target_seconds <= due.seconds_after
