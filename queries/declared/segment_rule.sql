-- One row per segment of a segmentation, in the order in which they are tried; an empty condition always holds.
create table segment_rule (
    segmentation varchar not null,
    segment varchar not null,
    label varchar not null,
    sort_no integer not null,
    kind varchar,
    product varchar,
    region varchar,
    min_value double,
    max_value double,
    min_contracts integer,
    max_contracts integer,
    min_orders integer,
    max_orders integer,
    min_tenure_days integer,
    max_tenure_days integer,
    recency varchar,
    frequency varchar,
    monetary varchar
);
