-- One row per event, coming from the customer, that counts as activity.
create table active_event (
    event varchar not null
);
