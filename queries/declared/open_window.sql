-- One row per time that a calendar is open, in UTC seconds, with the open seconds before it.
create table open_window (
    calendar varchar not null,
    opens_at bigint not null,
    closes_at bigint not null,
    seconds_before bigint not null
);
