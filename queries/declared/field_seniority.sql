-- One row per field and source that is believed before others, the most senior one first.
create table field_seniority (
    field varchar not null,
    source varchar not null,
    place_no integer not null
);
