-- One row per purpose and channel: whether somebody who never said anything may not be written to (opt-in).
create table consent_rule (
    purpose varchar not null,
    channel varchar not null,
    needs_yes boolean not null
);
