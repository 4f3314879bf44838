-- One row per calendar, or per version of one that has several, each with an id of its own: from when until when it is in force.
create table calendar_version (
    calendar varchar not null,
    version_of varchar not null,
    title varchar not null,
    zone varchar not null,
    is_always boolean not null,
    from_at timestamp,
    until_at timestamp
);
