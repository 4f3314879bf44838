-- One row per word that the role of somebody who decides holds.
create table decision_role (
    word varchar not null
);
