-- One row per check: how many rows break it.
create table check_result (
    check_id varchar not null,
    severity varchar not null,
    sentence varchar not null,
    rows bigint not null
);
