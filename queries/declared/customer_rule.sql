-- One row: what makes someone a customer, and when a customer is lost.
create table customer_rule (
    becomes_by_order boolean not null,
    becomes_by_contract boolean not null,
    becomes_by_won_opportunity boolean not null,
    becomes_by_lifecycle boolean not null,
    renewal_grace_days integer not null,
    lapse_after_days integer not null
);
