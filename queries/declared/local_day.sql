-- One row per local day of the workspace's zone, with the UTC moments at which it starts and ends.
create table local_day (
    day date not null,
    starts_at timestamp not null,
    ends_at timestamp not null,
    week_start date not null,
    month_start date not null,
    quarter_start date not null,
    year_start date not null
);
