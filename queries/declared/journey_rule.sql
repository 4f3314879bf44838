-- One row per event, and channel when one is named, that means a stage, an exclusion or an exit of a journey.
--
-- conditions counts the properties asked for besides (journey_condition), which must all hold. An exclusion sets aside whom stage
-- after_no was reached by and stage before_no was not.
create table journey_rule (
    journey_id varchar not null,
    rule_no integer not null,
    rule varchar not null check (rule in ('stage', 'exclusion', 'exit')),
    stage_no integer,
    event varchar not null,
    channel varchar,
    conditions integer not null,
    after_no integer,
    before_no integer
);
