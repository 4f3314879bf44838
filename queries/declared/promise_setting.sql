-- One row: after how many seconds a solution that nobody opened again is final.
create table promise_setting (
    final_after_seconds bigint not null
);
