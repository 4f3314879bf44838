-- One row per policy of a promise, in the order in which they are tried; an empty condition always holds.
create table promise_policy (
    promise varchar not null,
    policy varchar not null,
    sort_no integer not null,
    subject_kind varchar not null check (subject_kind in ('case', 'commitment', 'detractor')),
    kind varchar,
    channel varchar,
    priority varchar,
    category varchar,
    segment varchar,
    calendar varchar not null,
    target_seconds bigint,
    from_at timestamp,
    until_at timestamp
);
