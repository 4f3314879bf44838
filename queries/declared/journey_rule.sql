-- One row per event that means a stage, an exclusion or an exit of a journey; an empty condition always holds.
create table journey_rule (
    journey_id varchar not null,
    rule varchar not null check (rule in ('stage', 'exclusion', 'exit')),
    stage_no integer,
    event varchar not null,
    channel varchar,
    property_name varchar,
    property_value varchar,
    after_no integer,
    before_no integer
);
