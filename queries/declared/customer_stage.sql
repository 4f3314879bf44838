-- One row per stage of a lifecycle that somebody is in who is a customer already.
create table customer_stage (
    word varchar not null
);
