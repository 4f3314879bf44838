-- One row when there is a snapshot before: whether anything but the exports is another now, a declaration or the program.
create table build_before (
    definitions_changed boolean not null
);
