-- One row per file that the snapshot before was made of; it is there only while the next one is built.
create table file_before (
    file_id varchar not null
);
