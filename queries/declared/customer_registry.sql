-- One row per record ever seen, with the customer id it got first: ids outlive every rebuild.
create table customer_registry (
    node_key varchar not null,
    customer_id varchar not null
);
