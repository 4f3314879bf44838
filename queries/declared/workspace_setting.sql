-- One row: how this workspace counts days, money and customers.
create table workspace_setting (
    title varchar not null,
    zone varchar not null,
    currency varchar not null,
    week_start varchar not null,
    default_journey varchar not null,
    segmentation varchar not null,
    locale varchar not null
);
