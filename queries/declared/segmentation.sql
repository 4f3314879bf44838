-- One row per way to tell customers apart: its title, its kind and how many segments it has.
create table segmentation (
    segmentation varchar not null,
    title varchar not null,
    kind varchar not null check (kind in ('rules', 'rfm')),
    segment_count integer not null
);
