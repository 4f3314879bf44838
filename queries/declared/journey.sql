-- One row per journey; per says who is followed through it: the person or the account.
create table journey (
    journey_id varchar not null,
    title varchar not null,
    window_seconds bigint not null,
    idle_gap_seconds bigint not null,
    stage_count integer not null,
    is_default boolean not null,
    per varchar not null check (per in ('person', 'account'))
);
