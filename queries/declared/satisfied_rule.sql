-- One row per number of marks that a satisfaction scale has: how many of the best of them count as satisfied.
create table satisfied_rule (
    marks integer not null,
    best integer not null
);
