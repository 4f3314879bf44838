-- One row per stage of a journey, in the customer's words and in ours.
create table journey_stage (
    journey_id varchar not null,
    stage_no integer not null,
    stage_id varchar not null,
    says varchar not null,
    label varchar not null,
    owner varchar,
    dimension varchar,
    is_optional boolean not null,
    within_seconds bigint,
    promise varchar,
    target double,
    moved_words varchar
);
