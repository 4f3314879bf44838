-- One row per stretch of a UTC day of a calendar: every second lies in exactly one, so elapsed open time is one equality join away.
create table open_step (
    calendar varchar not null,
    day_number bigint not null,
    from_at bigint not null,
    until_at bigint not null,
    opens_at bigint not null,
    closes_at bigint not null,
    seconds_before bigint not null
);
