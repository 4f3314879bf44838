-- One row: how many contacts a customer may get in how long, and how long a survey, a complaint and a message go on to matter.
create table respect_setting (
    cap integer not null,
    window_seconds bigint not null,
    cool_down_seconds bigint not null,
    after_complaint_seconds bigint not null,
    tired_seconds bigint not null,
    response_seconds bigint not null
);
