-- One row per clock that the snapshot before had decided; it is there only while the next one is built.
create table clock_before (
    clock_id varchar not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    subject varchar,
    promise varchar not null,
    customer_id varchar,
    account_id varchar,
    calendar varchar,
    policy varchar,
    target_seconds bigint,
    started_at timestamp,
    due_at timestamp,
    was_kept boolean not null,
    decided_at timestamp not null,
    as_of timestamp not null,
    kind varchar,
    channel varchar,
    priority varchar,
    category varchar,
    team varchar,
    segment varchar
);
