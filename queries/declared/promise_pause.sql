-- One row per status in which the time of a policy's promise stands still.
create table promise_pause (
    promise varchar not null,
    policy varchar not null,
    status varchar not null check (status in ('pending', 'on_hold'))
);
