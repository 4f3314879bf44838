-- One row per value that a property may have for a rule of a journey to hold; of several properties each must have one of its values.
create table journey_condition (
    journey_id varchar not null,
    rule_no integer not null,
    property_name varchar not null,
    property_value varchar not null
);
