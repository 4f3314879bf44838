-- One row per piece of a calendar's running open time: the way back from open seconds to the clock.
create table open_bucket (
    calendar varchar not null,
    bucket bigint not null,
    opens_at bigint not null,
    seconds_before bigint not null,
    seconds_after bigint not null
);
