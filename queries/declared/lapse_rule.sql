-- One row per segment whose customers fall silent after a time of their own.
create table lapse_rule (
    segment varchar not null,
    lapse_after_days integer not null
);
